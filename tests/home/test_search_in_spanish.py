"""The search of the Spanish site finds a word in its other forms, as the English one does."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from home.models import HomePage
from newsletter.editions.models import TipIndexPage, TipPage
from practice.models import Provider

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="the index of SQLite knows no grammar")


@pytest.fixture
def tips(spanish: HomePage, dr_lindqvist: Provider) -> list[TipPage]:
    """Return two health tips, a Spanish and an English one, each with words in one form only."""
    days = {"reviewer": dr_lindqvist, "reviewed_on": date(2026, 10, 1), "review_by": date(2027, 10, 1)}
    made = []
    for language, title, body in (
        (
            "es",
            "Dos limpiezas al año",
            "<p>Los niños pequeños cepillan despacio. Sus encías sangran.</p>",
        ),
        ("en", "Two cleanings a year", "<p>Children brush slowly. Their gums bleed.</p>"),
    ):
        index = TipIndexPage.objects.get(locale__language_code=language)
        made.append(index.add_child(instance=TipPage(title=title, lede="…", body=body, **days)))
    return made


FORMS = ("limpieza", "limpiezas", "niño", "niños", "encía", "encías", "pequeña", "pequeños", "sangra", "cepillar")


@pytest.mark.parametrize("words", [*FORMS, "dos limpiezas al año"])
def test_a_spanish_word_is_found_in_its_other_forms(tips: list[TipPage], client: Client, words: str) -> None:
    assert f'href="{tips[0].url}"' in client.get("/es/search/", {"q": words}).text


@pytest.mark.parametrize("words", ["cleaning", "cleanings", "gum", "brushing", "bleeding"])
def test_an_english_word_is_too(tips: list[TipPage], client: Client, words: str) -> None:
    assert f'href="{tips[1].url}"' in client.get("/search/", {"q": words}).text


def test_the_whole_index_written_again_is_as_good(tips: list[TipPage], client: Client) -> None:
    call_command("update_index", verbosity=0)
    for path, tip, words in (("/es/search/", tips[0], "pequeña"), ("/search/", tips[1], "brushing")):
        assert f'href="{tip.url}"' in client.get(path, {"q": words}).text

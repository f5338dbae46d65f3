"""The editor's Checks panel: our rules beside Wagtail's, and the reading grade."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from content import reading
from content.page_checks import BARE_LINK, LONG_TITLE, PageChecks
from home.models import HomePage, StandardPage
from tests.cast import sign_in
from tests.home.conftest import ground, services, site, spanish

__all__ = ["ground", "services", "site", "spanish"]

EASY = "We look at your teeth. We say what we see. You choose what to do. " * 5
HARD = (
    "Comprehensive periodontal rehabilitation necessitates multidisciplinary collaboration, "
    "individualized prophylactic recommendations and longitudinal radiographic documentation. " * 4
)


FACIL = "Llame a su dentista. Le vemos hoy. No va a doler. Usted dice qué quiere. " * 4
DIFICIL = (
    "Las disposiciones reglamentarias precedentemente mencionadas imposibilitan el incumplimiento de "
    "recomendaciones profilácticas individualizadas y documentaciones radiográficas longitudinales. " * 4
)
SENCILLO = (
    "Las encías sangran porque están irritadas, casi siempre por la capa blanda que se junta entre el diente y la "
    "encía. La buena noticia: al principio esto sana, casi siempre en dos semanas, solo con un cepillo y algo para "
    "limpiar entre los dientes."
)


def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern as it is written for axe."""
    return re.compile(text.strip("/i"), re.IGNORECASE if text.endswith("i") else 0)


@pytest.mark.parametrize("words", ["Click here", "here", "HERE!", "read more", "Learn more.", "this page"])
def test_a_bare_link_is_found(words: str) -> None:
    assert pattern(BARE_LINK).search(words)


@pytest.mark.parametrize("words", ["our opening hours", "Here is our team", "How to get here by bus", "Read the tip"])
def test_a_link_that_says_where_it_leads_is_fine(words: str) -> None:
    assert not pattern(BARE_LINK).search(words)


def test_a_heading_is_long_from_71_on() -> None:
    assert not pattern(LONG_TITLE).search("x" * 70)
    assert pattern(LONG_TITLE).search("x" * 71)


def test_each_rule_that_runs_has_words_for_editors() -> None:
    assert set(PageChecks.axe_run_only) == set(PageChecks.axe_messages)
    known = {check["id"] for check in PageChecks.axe_custom_checks}
    for rule in PageChecks.axe_custom_rules:
        assert set(rule.get("any", []) + rule.get("none", [])) <= known


def test_easy_words_read_easier_than_hard_ones() -> None:
    easy, hard = reading.grade(EASY), reading.grade(HARD)
    assert easy is not None
    assert hard is not None
    assert easy < 4 < reading.EASY < reading.HARD < hard


def test_too_few_words_have_no_grade() -> None:
    assert reading.grade("We are here.") is None
    assert reading.grade("") is None


@pytest.mark.parametrize(
    ("word", "count"), [("tooth", 1), ("implant", 2), ("care", 1), ("table", 2), ("the", 1), ("periodontal", 4)]
)
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert reading.syllables(word) == count


@given(st.text())
def test_any_text_has_a_grade_or_none(text: str) -> None:
    found = reading.grade(text)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("que", 1), ("quién", 1), ("guerra", 2), ("pingüino", 3), ("leer", 2), ("poeta", 3), ("día", 2), ("país", 2)),
        *(("limpieza", 3), ("ciudad", 2), ("cuidado", 3), ("huevo", 2), ("buey", 1), ("y", 1), ("muy", 1), ("mayo", 2)),
        *(("ayuda", 3), ("construyó", 3), ("reyes", 2), ("averiguáis", 4), ("encías", 3), ("endodoncia", 4), ("Dr", 1)),
    ],
)
def test_spanish_syllables_are_counted_by_their_vowels(word: str, count: int) -> None:
    assert reading.spanish_syllables(word) == count


def test_easy_spanish_reads_easier_than_hard() -> None:
    easy, hard = reading.ease(FACIL), reading.ease(DIFICIL)
    assert easy is not None
    assert hard is not None
    assert hard < 20 < reading.FAIRLY_EASY < 80 < easy


def test_what_is_easy_in_spanish_is_not_called_hard() -> None:
    """By the English formula these simple words would be of a grade beyond 8."""
    found, mistaken = reading.ease(SENCILLO), reading.grade(SENCILLO)
    assert found is not None
    assert mistaken is not None
    assert found >= reading.FAIRLY_EASY
    assert round(mistaken) > reading.EASY


def test_too_few_spanish_words_have_no_ease() -> None:
    assert reading.ease("Estamos aquí.") is None
    assert reading.ease("") is None


@given(st.text())
def test_any_text_has_an_ease_or_none(text: str) -> None:
    found = reading.ease(text)
    assert found is None or 0 <= found <= 100


def test_the_editor_has_our_checks_and_the_grade(site: HomePage, client: Client, hannah: User) -> None:
    page = StandardPage.objects.get(slug="privacy")
    StandardPage.objects.filter(pk=page.pk).update(body=f"<p>{HARD}</p>")
    html = sign_in(client, hannah).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    found = re.search(r'id="checker-axe-configuration" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    assert "bare-link" in json.loads(found[1])["options"]["runOnly"]
    assert "Reading grade" in html
    assert "aim for 8" in html
    assert "INFLESZ" not in html


@pytest.mark.parametrize(("words", "figure", "is_hard"), [(FACIL, "of 100", False), (DIFICIL, "0 of 100", True)])
def test_a_spanish_page_is_measured_as_spanish(
    spanish: HomePage, client: Client, hannah: User, words: str, figure: str, is_hard: bool
) -> None:
    page = StandardPage.objects.get(slug="privacy", locale__language_code="es")
    StandardPage.objects.filter(pk=page.pk).update(body=f"<p>{words}</p>")
    html = sign_in(client, hannah).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    assert "Reading ease in Spanish" in html
    assert "INFLESZ" in html
    assert "Reading grade" not in html
    assert figure in html
    assert ("aim for 65 or more" in html) is is_hard


def test_text_of_a_page_is_what_is_read(site: HomePage) -> None:
    page = StandardPage(title="Not this", lede="First words.", body="<h2>Then</h2><p>more <b>of</b> it</p>")
    assert reading.text_of(page) == "First words. Then. more of it."


def test_only_who_may_enter_the_admin_has_the_bar_on_pages(
    site: HomePage, client: Client, hannah: User, margaret: User
) -> None:
    assert "wagtail-userbar" not in client.get("/").text
    assert "wagtail-userbar" not in sign_in(client, margaret).get("/").text
    page = sign_in(Client(), hannah).get("/").text
    assert "wagtail-userbar" in page
    assert f"/admin/pages/{site.pk}/edit/" in page


def test_the_bar_is_english_on_spanish_pages_too(spanish: HomePage, client: Client, hannah: User) -> None:
    """What only colleagues see is English always, whatever page they look at."""
    html = sign_in(client, hannah).get("/es/").text
    assert '<html lang="es"' in html
    assert "View Wagtail quick actions" in html
    assert "Edit this page" in html

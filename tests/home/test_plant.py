"""Planting: once, twice, half-way, and never over what an editor wrote."""

from __future__ import annotations

import re
from typing import Any

import pytest
from wagtail.models import Page, Site

from home import pages
from home.models import ContactPage, HomePage, ServicePage
from home.pages import plant
from newsletter.editions.models import EditionIndexPage, TipIndexPage
from practice.models import Location, Practice, Service
from tests.factories.practice import ServiceFactory


def test_planting_twice_makes_nothing_twice(site: HomePage, practice: Practice) -> None:
    before = list(Page.objects.order_by("path").values_list("path", "title", "slug"))
    assert plant(practice) == site
    assert list(Page.objects.order_by("path").values_list("path", "title", "slug")) == before


def test_what_an_editor_wrote_stays(site: HomePage, practice: Practice) -> None:
    page = ContactPage.objects.get()
    page.lede = "Come by boat."
    page.save_revision().publish()
    plant(practice)
    assert ContactPage.objects.get().lede == "Come by boat."


def test_a_page_that_an_editor_moved_is_not_planted_again(site: HomePage, practice: Practice) -> None:
    page = ServicePage.objects.get(slug="root-canal")
    page.slug = "root-canals"
    page.save()
    plant(practice)
    assert ServicePage.objects.filter(service__slug="root-canal").count() == 1


def test_a_new_service_gets_its_page(site: HomePage, practice: Practice) -> None:
    ServiceFactory.create(name="Sedation", slug="sedation", summary="Sleep through it.")
    plant(practice)
    page = ServicePage.objects.get(slug="sedation")
    assert (page.headline, page.lede, page.live) == ("Sedation", "Sleep through it.", True)


def test_the_rooms_of_the_letters_are_planted_too(site: HomePage) -> None:
    assert EditionIndexPage.objects.get().url == "/newsletter/"
    assert TipIndexPage.objects.get().url == "/health-tips/"


def test_the_site_answers_at_its_address(site: HomePage) -> None:
    address = Site.objects.get(is_default_site=True)
    assert (address.hostname, address.port, address.root_page_id) == ("127.0.0.1", 8000, site.pk)
    assert not Page.objects.filter(slug="welcome").exists()


def test_only_the_demo_says_what_only_a_demo_may_say(ground: Page, practice: Practice, location: Location) -> None:
    ServiceFactory.create(name="Dental implants", slug="dental-implants")
    plant(practice)
    assert not ServicePage.objects.get().prices


def test_the_demo_has_prices(ground: Page, practice: Practice, location: Location) -> None:
    Practice.objects.update(is_demo=True)
    ServiceFactory.create(name="Dental implants", slug="dental-implants")
    plant(Practice.objects.get())
    assert ServicePage.objects.get().prices[0].value["amount"] == "$180"


def test_each_service_is_told_in_spanish_as_fully_as_in_english() -> None:
    english, spanish = pages._words(), pages._words("es")
    assert spanish["service"].keys() == english["service"].keys()
    for slug, words in english["service"].items():
        for part in ("steps", "questions"):
            assert len(spanish["service"][slug].get(part, [])) == len(words.get(part, [])), (slug, part)


def test_the_demo_s_prices_are_the_same_in_spanish() -> None:
    def amounts(language: str) -> dict[str, list[tuple[str, bool]]]:
        prices = dict(pages._words(language)["demo"]["prices"])
        assert prices.pop("note")
        return {
            slug: [(re.sub(r"\A\D*(?=\$)", "", amount), is_first) for _what, amount, is_first in rows]
            for slug, rows in prices.items()
        }

    assert amounts("es") == amounts("en")


def test_a_spanish_service_page_has_its_steps_and_answers(site: HomePage, practice: Practice) -> None:
    plant(practice, "es")
    page = ServicePage.objects.get(slug="root-canal", locale__language_code="es")
    assert page.steps[0].value["title"] == "Buscamos la causa"
    assert page.questions[0].value["question"] == "¿Duele?"
    assert "esperamos hasta que de verdad" in str(page.questions[0].value["answer"])


def test_a_planting_that_breaks_leaves_nothing(
    ground: Page, practice: Practice, services: list[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> str:
        raise OSError("disk")

    before = Page.objects.count()
    monkeypatch.setattr(pages, "render_to_string", broken)
    with pytest.raises(OSError, match="disk"):
        plant(practice)
    assert Page.objects.count() == before
    monkeypatch.undo()
    assert plant(practice).live

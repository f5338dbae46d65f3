"""The planted site."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from wagtail.models import Page

from home.models import HomePage
from home.pages import plant
from newsletter.editions.models import TipIndexPage, TipPage
from practice.models import Location, Practice, Provider, Service
from tests.factories.pages import root_page
from tests.factories.practice import ServiceFactory, take_plans


@pytest.fixture
def ground(db: None) -> Page:
    """Return the root of all pages, as Wagtail's migrations would have made it."""
    return root_page()


@pytest.fixture
def services(root_canal: Service) -> list[Service]:
    """Return two services: one with starting words of its own, one without."""
    return [root_canal, ServiceFactory.create(name="House calls", slug="house-calls", summary="We come to you.")]


@pytest.fixture
def site(ground: Page, practice: Practice, location: Location, services: list[Service]) -> HomePage:
    """Return the home page of the planted site."""
    take_plans("Delta Dental", "Premera", "most PPO plans")
    return plant(Practice.objects.get())


@pytest.fixture
def spanish(site: HomePage) -> HomePage:
    """Return the Spanish home page of the planted site."""
    return plant(Practice.objects.get(), "es")


@pytest.fixture
def tip(site: HomePage, dr_lindqvist: Provider) -> TipPage:
    """Return a published health tip."""
    words: dict[str, Any] = {
        "title": "Is sparkling water hard on teeth?",
        "lede": "A little acidic, rarely a problem.",
        "body": "<p>Drink it with meals and let your teeth rest.</p>",
    }
    page = TipPage(reviewer=dr_lindqvist, reviewed_on=date(2026, 10, 1), review_by=date(2027, 10, 1), **words)
    added: TipPage = TipIndexPage.objects.get(locale__language_code="en").add_child(instance=page)
    return added

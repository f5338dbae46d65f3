"""Plants the page tree of a practice: every page with its first words, which editors then make their own."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.models import Page, Site

from accounts.models import RoleGrant
from accounts.roles import Role
from home import second_eyes
from home.models import (
    ContactPage,
    ForOfficesPage,
    HomePage,
    PersonPage,
    ReviewsPage,
    ServiceIndexPage,
    ServicePage,
    StandardPage,
    TeamIndexPage,
)
from newsletter.editions.models import EditionIndexPage, EventIndexPage, TipIndexPage
from practice.models import Practice, Service, StaffMember

LEGAL = ("privacy", "hipaa-notice", "accessibility", "nondiscrimination")
IN_MENU = {ServiceIndexPage, TeamIndexPage, TipIndexPage, ForOfficesPage}


@transaction.atomic
def plant(practice: Practice) -> HomePage:
    """Make the pages that are missing and return the home page; what stands is never touched.

    Args:
        practice: whose pages they are; the demo's gets a few more words, which only a demo may say.
    """
    home = _home(practice)
    services = _under(home, ServiceIndexPage, "services")
    for service in Service.objects.order_by("order", "name"):
        if not ServicePage.objects.filter(service=service).exists():
            _under(services, ServicePage, service.slug, title=service.name, **_service_words(service, practice))
    team = _under(home, TeamIndexPage, "team")
    for member in StaffMember.objects.filter(is_active=True, pages__isnull=True):
        _under(team, PersonPage, member.slug, title=member.name, staff_member=member)
    _under(home, TipIndexPage, "health-tips", words="tips")
    _under(home, EventIndexPage, "events")
    _under(home, ReviewsPage, "reviews")
    _under(home, ForOfficesPage, "for-offices", words="offices")
    _under(home, EditionIndexPage, "newsletter", words="letters")
    _under(home, ContactPage, "contact", **_demo(practice).get("contact", {}))
    facts = {
        "practice": practice,
        "location": practice.locations.first(),
        "officer": _officer(),
        "today": timezone.localdate(),
    }
    for name in LEGAL:
        _under(home, StandardPage, name, body=render_to_string(f"home/texts/{name}.html", facts))
    second_eyes.settle(practice)
    return home


def _officer() -> str:
    """Return the name of the privacy officer, whom the notice has to name (45 CFR 164.520(b)(1)(vii))."""
    grants = RoleGrant.objects.current().filter(role=Role.PRIVACY_OFFICER, user__is_active=True)
    grant = grants.select_related("user__staff_member").order_by("pk").first()
    if grant is None:
        return ""
    member = getattr(grant.user, "staff_member", None)
    return member.name if member else grant.user.get_full_name()


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    with Path(__file__).with_name("starter.toml").open("rb") as file:
        return tomllib.load(file)


def _demo(practice: Practice) -> dict[str, Any]:
    return _words()["demo"] if practice.is_demo else {}


def _home(practice: Practice) -> HomePage:
    home: HomePage | None = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        welcome = root.get_children().filter(slug="home").first()
        if welcome is not None:
            welcome.slug = "welcome"
            welcome.save()
        words = {**_words()["home"], **_demo(practice).get("home", {})}
        home = _published(root, HomePage(title=practice.name, slug="home", **words))
        _put_at_the_address(practice, home)
        if welcome is not None and welcome.specific_class is Page and not welcome.get_children().exists():
            welcome.delete()
    return home


def _put_at_the_address(practice: Practice, home: HomePage) -> None:
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.port = address.hostname or "localhost", port
    site.site_name, site.root_page = practice.name, home
    site.save()


def _under(parent: Page, kind: type[Page], slug: str, words: str = "", **more: Any) -> Page:
    found: Page | None = kind.objects.child_of(parent).filter(slug=slug).first()
    return found or _published(parent, kind(slug=slug, **{**_as_fields(_words().get(words or slug, {})), **more}))


def _published[AnyPage: Page](parent: Page, page: AnyPage) -> AnyPage:
    page.show_in_menus = type(page) in IN_MENU
    page.first_published_at = page.last_published_at = timezone.now()
    parent.add_child(instance=page)
    return page


def _as_fields(words: dict[str, Any]) -> dict[str, Any]:
    fields = dict(words)
    if "steps" in fields:
        fields["steps"] = [("step", step) for step in fields["steps"]]
    return fields


def _service_words(service: Service, practice: Practice) -> dict[str, Any]:
    words = _words()["service"].get(service.slug, {})
    prices = _demo(practice).get("prices", {})
    return {
        "service": service,
        "headline": words.get("headline", service.name),
        "lede": words.get("lede", service.summary),
        "steps": [("step", {"title": title, "text": text}) for title, text in words.get("steps", [])],
        "questions": [
            ("question", {"question": question, "answer": f"<p>{answer}</p>"})
            for question, answer in words.get("questions", [])
        ],
        "prices": [
            ("price", {"what": what, "amount": amount, "is_first": is_first})
            for what, amount, is_first in prices.get(service.slug, [])
        ],
        "prices_note": prices.get("note", "") if service.slug in prices else "",
    }

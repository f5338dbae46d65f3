"""Plants the page tree of a practice: every page with its first words, which editors then make their own."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone, translation
from wagtail.models import Page, Site

from accounts.models import RoleGrant
from accounts.roles import Role
from content.translating import locale_of, translate
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
from practice import clocks
from practice.models import Practice, Service, StaffMember

LEGAL = ("privacy", "hipaa-notice", "accessibility", "nondiscrimination")
IN_MENU = {ServiceIndexPage, TeamIndexPage, TipIndexPage, ForOfficesPage}
ENGLISH = "en"
# The parts of the site, each with its slug, its kind, and under which name the files of first words know it.
PARTS: dict[str, tuple[type[Page], str]] = {
    "services": (ServiceIndexPage, "services"),
    "team": (TeamIndexPage, "team"),
    "health-tips": (TipIndexPage, "tips"),
    "events": (EventIndexPage, "events"),
    "reviews": (ReviewsPage, "reviews"),
    "for-offices": (ForOfficesPage, "offices"),
    "newsletter": (EditionIndexPage, "letters"),
    "contact": (ContactPage, "contact"),
}


@transaction.atomic
def plant(practice: Practice, language: str = "en") -> HomePage:
    """Make the pages that are missing and return the home page; what stands is never touched.

    Args:
        practice: whose pages they are; the demo's gets a few more words, which only a demo may say.
        language: of the pages. English ones come first: those of another language are their translations, and only
            pages of which `starter.<language>.toml` knows the words are made.
    """
    home = _home(practice)
    if language != ENGLISH:
        return _plant_translations(practice, home, language)
    for slug, (kind, words) in PARTS.items():
        part = _under(home, kind, slug, words, **_demo(practice).get(words, {}))
        if kind is ServiceIndexPage:
            _plant_services(practice, part)
        elif kind is TeamIndexPage:
            _plant_team(part)
    for name in LEGAL:
        _under(home, StandardPage, name, body=_legal_text(practice, name))
    second_eyes.settle(practice)
    return home


def _plant_services(practice: Practice, index: Page) -> None:
    for service in Service.objects.order_by("order", "name"):
        if not ServicePage.objects.filter(service=service, locale=index.locale).exists():
            _under(index, ServicePage, service.slug, service=service, **_service_words(service, practice))


def _plant_team(index: Page) -> None:
    for member in StaffMember.objects.filter(is_active=True).exclude(pages__locale=index.locale):
        _under(index, PersonPage, member.slug, title=member.name, staff_member=member)


def _plant_translations(practice: Practice, home: HomePage, language: str) -> HomePage:
    words, demo = _words(language), _demo(practice, language)
    first: HomePage = translate(home, language, **{"title": practice.name, **words["home"], **demo.get("home", {})})
    second_eyes.follow_into(first, home)
    for part in home.get_children().specific():
        name = next((key for kind, key in PARTS.values() if isinstance(part, kind)), part.slug)
        if name not in words:
            continue
        said = {**_as_fields(words[name]), **demo.get(name, {})}
        if isinstance(part, StandardPage):
            if not (text := _legal_text(practice, name, language)):
                continue
            said["body"] = text
        second_eyes.follow_into(translate(part, language, **said), part)
        if isinstance(part, ServiceIndexPage):
            for page in ServicePage.objects.child_of(part).select_related("service"):
                if page.service.slug in words["service"]:
                    translate(page, language, **_service_words(page.service, practice, language))
    return first


def _legal_text(practice: Practice, name: str, language: str = "en") -> str:
    """Return the text of a page that the law asks for; "" where nobody wrote it in that language."""
    facts = {
        "practice": practice,
        "location": practice.locations.first(),
        "officer": _officer(),
        "today": clocks.today(),
    }
    folder = "home/texts" if language == ENGLISH else f"home/texts/{language}"
    with translation.override(language):
        try:
            return render_to_string(f"{folder}/{name}.html", facts)
        except TemplateDoesNotExist:
            if language == ENGLISH:
                raise
            return ""


def _officer() -> str:
    """Return the name of the privacy officer, whom the notice has to name (45 CFR 164.520(b)(1)(vii))."""
    grants = RoleGrant.objects.current().filter(role=Role.PRIVACY_OFFICER, user__is_active=True)
    grant = grants.select_related("user__staff_member").order_by("pk").first()
    if grant is None:
        return ""
    member = getattr(grant.user, "staff_member", None)
    return member.name if member else grant.user.get_full_name()


@lru_cache(maxsize=2)
def _words(language: str = ENGLISH) -> dict[str, Any]:
    name = "starter.toml" if language == ENGLISH else f"starter.{language}.toml"
    with Path(__file__).with_name(name).open("rb") as file:
        return tomllib.load(file)


def _demo(practice: Practice, language: str = ENGLISH) -> dict[str, Any]:
    return _words(language)["demo"] if practice.is_demo else {}


def _home(practice: Practice) -> HomePage:
    home: HomePage | None = HomePage.objects.filter(locale=locale_of(ENGLISH)).first()
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


def _service_words(service: Service, practice: Practice, language: str = ENGLISH) -> dict[str, Any]:
    words = _words(language)["service"].get(service.slug, {})
    prices = _demo(practice, language).get("prices", {})
    return {
        "title": words.get("title", service.name),
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

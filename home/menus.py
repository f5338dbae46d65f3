"""What stands in the header and the footer: pages that editors put there, or the portal's rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from content import languages
from content.languages import ENGLISH
from referral_portal.offices.policy import office_of


@dataclass(frozen=True)
class Item:
    """One link of a menu; `is_current` where the visitor is inside, `is_here` on the very page.

    `hreflang` is the language of a page that cannot be read in the one that is spoken, `lang` of words that are not.
    """

    label: str
    url: str
    is_current: bool = False
    is_here: bool = False
    hreflang: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Menu:
    """What the frame of a page shows to find the way."""

    items: list[Item]
    heading: str = ""
    office: str = ""
    patients: list[Item] = field(default_factory=list)
    offices: list[Item] = field(default_factory=list)


def menu(request: HttpRequest) -> Menu:
    """Return the menu for the page asked for: an office's, a patient's, or the public one."""
    path = request.path
    if path.startswith("/portal/office/"):
        return Menu(_marked(path, _standing(_office())), heading=_("Referral portal"), office=_office_name(request))
    if path.startswith("/portal/"):
        return Menu(_marked(path, _standing(_patient())), heading=_("Your page"))
    known, language = languages.top(request), languages.current()
    shown = [_shown(page, known, language, request) for page in known.parts.get(ENGLISH, []) if page.show_in_menus]
    home = [Item(_("Home"), languages.in_language("/", language))] if known.homes else []
    return Menu(
        _marked(path, [*home, *shown]),
        patients=_marked(path, [item for link in _for_patients() if (item := _found(request, *link))]),
        offices=_marked(path, [item for link in _for_offices() if (item := _found(request, *link))]),
    )


def _for_patients() -> list[tuple[str, str]]:
    return [
        (_("Tell a friend"), "refer_explained"),
        (_("Newsletter archive"), "newsletter/"),
        (_("Events"), "events/"),
        (_("Reviews"), "reviews/"),
        (_("Contact"), "contact/"),
        (_("Search"), "search"),
    ]


def _for_offices() -> list[tuple[str, str]]:
    return [(_("Send a patient"), "portal_office:case_new"), (_("For offices"), "for-offices/")]


def _shown(page: Page, known: languages.Top, language: str, request: HttpRequest) -> Item:
    """Return a page's place in the menu: in the language that is spoken, else in English and marked as such."""
    found = known.translation(page, language)
    elsewhere = "" if found else ENGLISH
    found = found or page
    return Item(found.title, found.get_url(request) or "/", hreflang=elsewhere, lang=elsewhere)


def _found(request: HttpRequest, label: str, goal: str) -> Item | None:
    """Return the link to a page below the home page (its English slug and a slash: "contact/"), or to a route."""
    if not goal.endswith("/"):
        return Item(label, reverse(goal))
    known, language = languages.top(request), languages.current()
    page = known.part(goal.removesuffix("/"), language)
    if page is None:
        return None
    hreflang = "" if page.locale.language_code == language else page.locale.language_code
    return Item(label, page.get_url(request) or "/", hreflang=hreflang)


def _office() -> list[tuple[str, str]]:
    return [
        (_("Referrals"), "/portal/office/cases/"),
        (_("Send a patient"), "/portal/office/cases/new/"),
        (_("Your office"), "/portal/office/team/"),
        (_("Settings"), "/portal/office/settings/"),
    ]


def _office_name(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return ""
    try:
        return office_of(request).name
    except PermissionDenied:
        return ""


def _patient() -> list[tuple[str, str]]:
    return [
        (_("Home"), "/portal/me/"),
        (_("Tell a friend"), "/portal/me/referrals/new/"),
        (_("Messages"), "/portal/me/messages/"),
        (_("Mail preferences"), "/portal/me/preferences/"),
    ]


def _standing(links: Iterable[tuple[str, str]]) -> list[Item]:
    return [Item(label, url) for label, url in links if _is_route(url)]


@lru_cache(maxsize=64)
def _is_route(url: str) -> bool:
    try:
        return resolve(url).url_name != "wagtail_serve"
    except Resolver404:
        return False


def _marked(path: str, items: list[Item]) -> list[Item]:
    homes = {languages.in_language("/", code) for code in languages.CODES}
    inside = [item.url for item in items if path == item.url or (item.url not in homes and path.startswith(item.url))]
    current = max(inside, key=len, default="")
    return [replace(item, is_current=item.url == current, is_here=item.url == path) for item in items]

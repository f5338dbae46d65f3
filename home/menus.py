"""What stands in the header and the footer: pages that editors put there, or the portal's rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from referral_portal.offices.policy import office_of


@dataclass(frozen=True)
class Item:
    """One link of a menu; `is_current` where the visitor is inside, `is_here` on the very page."""

    label: str
    url: str
    is_current: bool = False
    is_here: bool = False


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
    patients = [
        (_("Tell a friend"), "/refer/"),
        (_("Newsletter archive"), "/newsletter/"),
        (_("Events"), "/events/"),
        (_("Reviews"), "/reviews/"),
        (_("Contact"), "/contact/"),
        (_("Search"), "/search/"),
    ]
    offices = [(_("Send a patient"), "/portal/office/cases/new/"), (_("For offices"), "/for-offices/")]
    pages = _pages(request)
    known = {page.get_url(request) for page in pages}
    shown = [(page.title, page.get_url(request) or "/") for page in pages if page.show_in_menus]
    return Menu(
        _marked(path, [(_("Home"), "/"), *shown] if pages else []),
        patients=_marked(path, [link for link in patients if link[1] in known or _is_route(link[1])]),
        offices=_marked(path, [link for link in offices if link[1] in known or _is_route(link[1])]),
    )


def _pages(request: HttpRequest) -> list[Page]:
    site = Site.find_for_request(request)
    return list(site.root_page.get_children().live()) if site else []


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


def _standing(links: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, url) for label, url in links if _is_route(url)]


@lru_cache(maxsize=64)
def _is_route(url: str) -> bool:
    try:
        return resolve(url).url_name != "wagtail_serve"
    except Resolver404:
        return False


def _marked(path: str, links: list[tuple[str, str]]) -> list[Item]:
    inside = [url for _label, url in links if path == url or (url != "/" and path.startswith(url))]
    current = max(inside, key=len, default="")
    return [Item(label, url, is_current=url == current, is_here=url == path) for label, url in links]

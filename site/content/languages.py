"""In which languages the site is read: its address says it, English without a prefix and Spanish under /es/."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site

ENGLISH = "en"
OWN_NAMES = {"en": "English", "es": "Español"}  # as whoever reads it looks for it
CODES = tuple(OWN_NAMES)
COOKIE = settings.LANGUAGE_COOKIE_NAME
# Rooms whose addresses name no language, and of these the ones where everything is English.
UNLED = ("/portal/", "/accounts/", "/e/")
ENGLISH_ONLY = ("/admin/", "/demo/", "/portal/office/", "/portal/join/")


def current() -> str:
    """Return the code of the language that is spoken now."""
    code = (get_language() or ENGLISH)[:2]
    return code if code in OWN_NAMES else ENGLISH


def of_path(path: str) -> str:
    """Return the language that an address names; English where it names none."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in OWN_NAMES and first != ENGLISH else ENGLISH


def is_led_by_path(path: str) -> bool:
    """Return whether a page's address says its language, as those of the public site do."""
    return not path.startswith((*UNLED, *ENGLISH_ONLY))


def in_language(path: str, language: str) -> str:
    """Return the address of a public page of ours in a language: `/book/` as `/es/book/` and back."""
    plain = "/" + path.removeprefix(f"/{of_path(path)}/").removeprefix("/")
    return plain if language == ENGLISH else f"/{language}{plain}"


def chosen(request: HttpRequest) -> str:
    """Return the language that a visitor chose for the pages that no address leads; "" where they chose none."""
    code = request.COOKIES.get(COOKIE, "")
    return code if code in OWN_NAMES else ""


def homes(request: HttpRequest) -> dict[str, Page]:
    """Return the home pages that everybody may read, by language, English first; asked for once a request.

    A language is there for visitors once its home page is.
    """
    kept: dict[str, Page] | None = getattr(request, "_homes", None)
    if kept is None:
        site = Site.find_for_request(request)
        kept = {}
        if site is not None:
            pages = Page.objects.live().public().filter(translation_key=site.root_page.translation_key)
            found = {page.locale.language_code: page for page in pages.select_related("locale")}
            kept = {code: found[code] for code in CODES if code in found}
        request._homes = kept  # type: ignore[attr-defined]
    return kept

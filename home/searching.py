"""Looking for pages: services, health tips, letters and the rest, the same on every database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.core.paginator import Page as PageOfResults
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from home.models import ServicePage

A_PAGE = 10
LONGEST = 80
KINDS = {
    "home.ServicePage": _("Service"),
    "home.ServiceIndexPage": _("Services"),
    "home.TeamIndexPage": _("Team"),
    "editions.TipPage": _("Health tip"),
    "editions.TipIndexPage": _("Health tips"),
    "editions.EditionPage": _("Letter"),
    "editions.EditionIndexPage": _("Letters"),
}


@dataclass(frozen=True)
class Found:
    """One page that was found: what it is, where, and its first words."""

    kind: str
    title: list[tuple[str, bool]]
    words: list[tuple[str, bool]]
    url: str


def cleaned(text: str) -> str:
    """Return what somebody typed as plain words: no control characters, one space between, at most 80 characters."""
    printable = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[: 4 * LONGEST])
    return " ".join(printable.split())[:LONGEST].strip()


def results(wanted: str, number: str) -> PageOfResults[Found] | None:
    """Return one page of what fits `wanted`, best first, or None where nothing does or nothing was asked.

    Args:
        wanted: words as `cleaned` returns them.
        number: the page's number as somebody wrote it; the nearest one is given.
    """
    # words alone: SQLite's full-text search takes a lone quotation mark for its own grammar, and fails
    words = " ".join(re.findall(r"\w+", wanted))
    if not words:
        return None
    pages = Page.objects.live().public().filter(depth__gt=1)
    for hits in (pages.search(words), pages.autocomplete(words)):
        if hits.count():
            page = Paginator(hits, A_PAGE).get_page(number)
            page.object_list = [_found(hit.specific, wanted) for hit in page.object_list]
            return page
    return None


def suggestions() -> list[ServicePage]:
    """Return what we offer where nothing was found."""
    return list(ServicePage.objects.live().public().order_by("path")[:6])


def marked(text: str, wanted: str) -> list[tuple[str, bool]]:
    """Return `text` in pieces, each with whether it is one of the wanted words."""
    words = sorted({word for word in re.findall(r"\w+", wanted) if len(word) > 1}, key=len, reverse=True)
    if not words:
        return [(text, False)]
    pieces = re.split(f"(\\b(?:{'|'.join(map(re.escape, words))})\\w*)", text, flags=re.IGNORECASE)
    return [(piece, bool(number % 2)) for number, piece in enumerate(pieces) if piece]


def _found(page: Page, wanted: str) -> Found:
    for name in ("search_description", "lede", "shown_preheader"):
        if words := str(getattr(page, name, "") or ""):
            break
    return Found(
        kind=str(KINDS.get(page._meta.label, _("Page"))),
        title=marked(page.title, wanted),
        words=marked(words, wanted),
        url=page.url or "/",
    )

"""Looking for pages: services, people, health tips, events, letters and the rest, the same on every database."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page as PageOfResults
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from wagtail.models import Locale, Page
from wagtail.query import PageQuerySet

from content.languages import current, readable
from content.pages import BasePage
from home.models import PersonPage, ServicePage
from newsletter.editions.models import NEWEST_FIRST, EditionPage, TipPage
from practice.models import Service

A_PAGE = 10
LONGEST = 80
MOST_WORDS = 8  # of a question that are compared with our words
MOST_TITLES = 2000  # pages whose titles are compared, and the most that are found
SHORTEST = 4  # letters; in a shorter word one letter is too much of it
NEAR = 0.7  # of a word must be the same
OFFERED = 12  # titles of a kind
KINDS = {
    "home.ServicePage": _("Service"),
    "home.ServiceIndexPage": _("Services"),
    "home.TeamIndexPage": _("Team"),
    "home.PersonPage": _("Who works here"),
    "editions.EventPage": _("Event"),
    "editions.EventIndexPage": _("Events"),
    "editions.TipPage": _("Health tip"),
    "editions.TipIndexPage": _("Health tips"),
    "editions.EditionPage": pgettext_lazy("kind of page", "Letter"),
    "editions.EditionIndexPage": pgettext_lazy("kind of page", "Letters"),
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
    pages = _pages()
    for hits in (pages.search(words), pages.autocomplete(words)):
        if found := list(hits[:MOST_TITLES]):
            page = Paginator(_weighed(found, words), A_PAGE).get_page(number)
            page.object_list = [_found(hit, wanted) for hit in _specific(page.object_list)]
            return page
    return None


def meant(wanted: str) -> str:
    """Return what somebody may have meant by words that nothing fits: the nearest words of our pages; empty for none.

    Only a text that finds something is returned, and never the one that was asked.
    """
    words = re.findall(r"\w+", wanted.lower())[:MOST_WORDS]
    known = _vocabulary() if words else {}
    nearest = [_nearest(word, known) for word in words]
    if not any(near and near != word for near, word in zip(nearest, words, strict=True)):
        return ""
    text = " ".join(filter(None, nearest))
    return text if results(text, "1") else ""


def offered() -> list[str]:
    """Return what the field for searching offers before anybody has asked: our services and the newest tips."""
    services = _spoken(ServicePage).order_by("path").values_list("title", flat=True)[:OFFERED]
    tips = _spoken(TipPage).order_by(*NEWEST_FIRST).values_list("title", flat=True)[:OFFERED]
    return list(dict.fromkeys([*services, *tips]))


def _pages() -> PageQuerySet:
    """Return what anybody may read in the language that is spoken; pages of people who left are gone with them."""
    # the index knows a page's locale by its key, and no conditions on other tables
    return _ours(Page.objects.live().public().filter(locale=Locale.get_active()))


def _ours(pages: PageQuerySet) -> PageQuerySet:
    gone = PersonPage.objects.filter(staff_member__is_active=False)
    return pages.filter(depth__gt=1).exclude(pk__in=gone.values("pk"))


def _spoken(kind: type[Page]) -> PageQuerySet:
    return readable(kind.objects.live()).filter(locale__language_code=current())


def _vocabulary() -> dict[str, int]:
    """Return the words of our pages' titles and of our services, and how often each is there."""
    # a letter's title is its name in the editors' list, which readers never see
    pages = _ours(_spoken(Page)).exclude(pk__in=EditionPage.objects.values("pk"))
    titles = pages.order_by("path").values_list("title", flat=True)
    offers = Service.objects.values_list("name", "summary")
    texts = [*titles[:MOST_TITLES], *(text for both in offers for text in both)]
    return Counter(word for text in texts for word in re.findall(r"[^\W\d_]{3,}", text.lower()))


def _nearest(word: str, known: dict[str, int]) -> str:
    if word in known or len(word) < SHORTEST:
        return word
    near = process.extract(
        word, list(known), scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=NEAR, limit=5
    )
    if not near:
        return ""
    best = max(near, key=lambda found: (round(found[1], 2), known[found[0]], found[0]))
    return str(best[0])


def _specific(hits: Iterable[Page]) -> list[Page]:
    """Return pages as what they are, in their order, asking once for each kind."""
    order = [hit.pk for hit in hits]
    pages = {page.pk: page for page in Page.objects.filter(pk__in=order).specific()}
    return [pages[pk] for pk in order if pk in pages]


def _weighed(hits: list[Page], words: str) -> list[Page]:
    """Return pages in their order, but those whose title says every word before the rest, our services first of all.

    How often a word is in a text says little of what the text is about: some are in our name, on every legal page.
    """
    wanted = words.lower().split()

    def weight(page: Page) -> int:
        # a letter's title is its name in the editors' list, which readers never see
        if page.specific_class is EditionPage:
            return 2
        said = re.findall(r"\w+", (page.seo_title or page.title).lower())
        if not all(any(_alike(word, one) for one in said) for word in wanted):
            return 2
        return 0 if page.specific_class is ServicePage else 1

    return sorted(hits, key=weight)


def _alike(word: str, said: str) -> bool:
    """Return whether one begins with the other, as an implant and two implants."""
    return said.startswith(word) or (len(said) >= SHORTEST and word.startswith(said))


def suggestions() -> list[ServicePage]:
    """Return what we offer where nothing was found."""
    return list(_spoken(ServicePage).order_by("path")[:6])


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
        title=marked(page.shown_title if isinstance(page, BasePage) else page.title, wanted),
        words=marked(words, wanted),
        url=page.url or "/",
    )

"""The list of newsletters, searched and by state; and the calendar of the twelve months ahead."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import may
from content import languages
from newsletter.campaigns import listing
from newsletter.campaigns.screens import screen
from newsletter.editions import planning
from newsletter.editions.models import EditionIndexPage, EditionPage, TipPage
from practice import clocks

LETTERS_A_PAGE = 24


@may("newsletters.edit")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the letters, newest first: where each stands, who gets it, what became of it."""
    asked = listing.Asked.of(request.GET)
    page = Paginator(asked.letters(), LETTERS_A_PAGE).get_page(request.GET.get("page"))
    lines = listing.lines(page)
    context = {
        "page_obj": page,
        "lines": lines,
        "of_spanish": listing.readers_of_spanish(lines),
        "asked": asked,
        "stages": listing.Stage.choices,
        "languages": languages.OWN_NAMES.items(),
        "archive": EditionIndexPage.objects.filter(locale__language_code=languages.ENGLISH).first(),
        "has_letters": bool(page) or EditionPage.objects.exists(),
    }
    return screen(request, "index.html", _("Newsletters"), context)


@may("newsletters.edit")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show twelve months from this one: their letters, last year's, and the tips that suit them."""
    today = clocks.today()
    shelf = planning.Shelf(today)
    months = shelf.year(today)
    used = {letter.pk: shelf.tips_of(letter) for letter in shelf.letters}
    rows = [(month, _with_tips(month.letters, used), _with_tips(month.before, used)) for month in months]
    return screen(request, "calendar.html", _("Calendar"), {"rows": rows, "has_tips": bool(shelf.tips)})


def _with_tips(letters: list[EditionPage], used: dict[int, list[TipPage]]) -> list[tuple[EditionPage, list[TipPage]]]:
    return [(letter, used[letter.pk]) for letter in letters]

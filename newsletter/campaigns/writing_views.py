"""How a letter begins: from the last one, from a template or empty; and what was left out of a copy."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from accounts.doors import may
from accounts.sessions import user_of
from content import languages
from newsletter.campaigns.screens import screen
from newsletter.editions import actions, planning
from newsletter.editions.models import EditionIndexPage, EditionPage, TipPage
from newsletter.editions.patterns import PATTERNS
from practice import clocks

TO_COPY = Q(is_template=True) | Q(campaign__dispatch__isnull=False)  # what was made for that, and what was sent


@may("newsletters.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask how to begin by GET; a post with `?from=` makes the draft and opens it.

    `from` is `last`, a letter's ref, or the name of a pattern; `tip` and `month` may come from the calendar.
    """
    english = EditionPage.objects.filter(locale__language_code=languages.ENGLISH)
    last = english.order_by("-live", "-issued_on", "-pk").first()
    archive = EditionIndexPage.objects.filter(locale__language_code=languages.ENGLISH).first()
    day = _day_of(request.GET.get("month", "")) or actions.day_of_next(english)
    tip = _tip_of(request.GET.get("tip", ""))
    if request.method != "POST":
        return _ask(request, last, archive, day, tip)
    begin, by = request.GET.get("from", "").replace("\0", ""), user_of(request)
    source = last if begin == "last" else EditionPage.objects.filter(TO_COPY, ref=begin).first()
    if begin in PATTERNS and archive is not None:
        tip = tip or _proposed(day)
        edition = actions.new_of(pattern=begin, archive=archive, day=day, tip=tip, by=by)
        messages.success(request, _("A draft of this kind is yours to change."))
    elif source is not None:
        edition = actions.new_from(edition=source, day=None if begin == "last" else day, by=by)
        messages.success(
            request,
            _("A copy of the last letter is yours to change.")
            if begin == "last"
            else _("A copy of this letter is yours to change."),
        )
        _tell_what_is_over(request, edition)
    else:
        messages.error(request, _("There is no letter to begin from yet."))
        return redirect("newsletters:new")
    return redirect("wagtailadmin_pages:edit", edition.pk)


def _ask(
    request: HttpRequest, last: EditionPage | None, archive: EditionIndexPage | None, day: date, tip: TipPage | None
) -> HttpResponse:
    shelf = planning.Shelf(clocks.today())
    context: dict[str, Any] = {
        "last": last,
        "archive": archive,
        "day": day,
        "tip": tip,
        "proposals": shelf.proposals(day),
        "patterns": PATTERNS.values(),
        "templates": EditionPage.objects.filter(is_template=True).order_by("title"),
        "month": f"{day:%Y-%m}" if request.GET.get("month") else "",
    }
    return screen(request, "new.html", _("New newsletter"), context)


@may("newsletters.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was over when a letter was copied; a post puts one block back, or lets all of them go."""
    edition = get_object_or_404(EditionPage, pk=pk)
    if request.method != "POST":
        written = edition.get_latest_revision_as_object()
        above = [(edition.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[pk]))]
        return screen(request, "left_out.html", _("Left out"), {"edition": edition, "written": written}, above=above)
    allowed = edition.permissions_for_user(request.user)
    if not allowed.can_edit() or allowed.page_locked():
        raise PermissionDenied
    block = request.POST.get("block", "")
    try:
        written = (
            actions.put_back(edition=edition, block=block, by=user_of(request))
            if block
            else actions.leave_out(edition=edition, by=user_of(request))
        )
    except actions.NotThere:
        raise Http404 from None
    messages.success(request, _("It stands in the letter again.") if block else _("They stay out."))
    if written.left_out:
        return redirect("newsletters:left_out", pk)
    return redirect("wagtailadmin_pages:edit", pk)


def _tell_what_is_over(request: HttpRequest, edition: EditionPage) -> None:
    if not edition.left_out:
        return
    lines = "; ".join(f"{one['name']} ({one['why']})" for one in edition.left_out)
    address = reverse("newsletters:left_out", args=[edition.pk])
    words = _("Left out, because it is over: %(lines)s.") % {"lines": lines}
    messages.warning(request, words, buttons=[messages.button(address, _("Look, or put it back"))])


def _day_of(month: str) -> date | None:
    """Return the day of a letter of that month, as "2026-12": its first, or today where that has passed."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    today = clocks.today()
    return max(first, today) if first >= today.replace(day=1) else None


def _tip_of(pk: str) -> TipPage | None:
    found: TipPage | None = TipPage.objects.live().filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    return found


def _proposed(day: date) -> TipPage | None:
    found = planning.Shelf(clocks.today()).proposals(day, most=1)
    return found[0].tip if found else None

"""Checks of what the blocks chose: pictures, tips, events, testimonials."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content.models import Picture
from newsletter.editions.checks.outcomes import Check, Verdict, at_block
from newsletter.editions.models import EditionPage, EventPage, TipPage


def _chosen(edition: EditionPage, name: str) -> Iterator[tuple[Any, str]]:
    """Return what the blocks chose under a name, and where: pictures, tips, events, testimonials."""
    for block in edition.body:
        one = block.value.get(name) if hasattr(block.value, "get") else None
        if one is not None:
            yield one, at_block(edition, block, name)


def pictures(edition: EditionPage) -> Iterator[Check]:
    """Demand words for each picture that is no decoration."""
    name = gettext_lazy("Pictures")
    used: list[tuple[Picture, str]] = list(_chosen(edition, "picture"))
    silent = [(picture, where) for picture, where in used if not picture.alt and not picture.is_decoration]
    for picture, where in silent:
        sentence = _("Say in the picture library what “%(title)s” shows.") % {"title": picture.title}
        yield Check(name, Verdict.MUST_FIX, sentence, where)
    if silent:
        return
    if not used:
        yield Check(name, Verdict.FINE, _("No pictures."))
        return
    count = ngettext("%(n)d picture, described in words.", "%(n)d pictures, described in words.", len(used))
    yield Check(name, Verdict.FINE, count % {"n": len(used)}, used[0][1])


def tips(edition: EditionPage, day: date) -> Iterator[Check]:
    """Demand that each tip is published and that a clinician's review of it stands on the day of sending."""
    for page, where in _chosen(edition, "tip"):
        yield Check(gettext_lazy("Health tip"), *_tip(page.specific, day), where)


def _tip(tip: TipPage, day: date) -> tuple[Verdict, str]:
    words = {"tip": tip.title, "who": tip.reviewer.name if tip.reviewer else ""}
    if not tip.live:
        return Verdict.MUST_FIX, _("“%(tip)s” is not published.") % words
    if tip.reviewer is None or tip.review_by is None:
        return Verdict.MUST_FIX, _("No clinician reviewed “%(tip)s” yet.") % words
    if tip.review_by < day:
        return Verdict.MUST_FIX, _("The review of “%(tip)s” has run out.") % words
    if tip.review_by == day:
        return Verdict.LOOK, _("The review of “%(tip)s” runs out on the day of sending.") % words
    return Verdict.FINE, _("“%(tip)s”, reviewed by %(who)s.") % words


def events(edition: EditionPage, day: date) -> Iterator[Check]:
    """Demand that each event is published, takes place, and is not over on the day of sending."""
    for page, where in _chosen(edition, "event"):
        yield Check(gettext_lazy("Event"), *_event(page.specific, day), where)


def _event(event: EventPage, day: date) -> tuple[Verdict, str]:
    words = {"event": event.title, "day": date_format(event.day, "DATE_FORMAT")}
    if not event.live:
        return Verdict.MUST_FIX, _("“%(event)s” is not published.") % words
    if event.is_canceled:
        return Verdict.MUST_FIX, _("“%(event)s” was canceled. Take it out of the letter.") % words
    if event.ends.date() < day:
        return Verdict.MUST_FIX, _("“%(event)s” was on %(day)s and is over.") % words
    return Verdict.FINE, _("“%(event)s” is on %(day)s.") % words


def testimonials(edition: EditionPage) -> Iterator[Check]:
    """Demand that whoever said it agreed to it, and still does."""
    name = gettext_lazy("Testimonial")
    for said, where in _chosen(edition, "testimonial"):
        words = {"who": said.shown_name}
        if said.is_showing:
            yield Check(name, Verdict.FINE, _("%(who)s agreed to it in writing.") % words, where)
        else:
            yield Check(name, Verdict.MUST_FIX, _("%(who)s did not agree to it, or took it back.") % words, where)

"""What must be right before a letter leaves: each check says fine, look, or must fix, and why, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content import merge, mjml
from content.models import Picture
from delivery.envelope import Letter
from newsletter.editions import letter
from newsletter.editions.models import EditionPage, EventPage, TipPage
from practice import clocks
from practice.models import Location

GMAIL_CLIPS_AT = 102 * 1024
SMALL_ENOUGH = 90 * 1024

LONG_SUBJECT = 78


class Verdict(StrEnum):
    """How a check came out."""

    FINE = "fine"
    LOOK = "look"
    MUST_FIX = "must_fix"


@dataclass(frozen=True)
class Check:
    """One check and how it came out."""

    name: str | Promise
    verdict: Verdict
    sentence: str

    @property
    def is_in_the_way(self) -> bool:
        """Whether the letter cannot go before this is mended."""
        return self.verdict == Verdict.MUST_FIX


def run(edition: EditionPage, *, day: date | None = None) -> list[Check]:
    """Return the outcome of every check of an edition as it stands.

    Args:
        edition: the newest revision.
        day: of sending; today by default.
    """
    try:
        whole: Letter | None = letter.compose(edition)
        trouble = ""
    except (mjml.Refused, letter.NoPractice) as error:
        whole, trouble = None, str(error)
    return [
        _subject(edition),
        *_date(edition, day or clocks.today()),
        _blocks(edition),
        _pictures(edition),
        *_tips(edition, day or clocks.today()),
        *_events(edition, day or clocks.today()),
        *_testimonials(edition),
        _size(whole, trouble),
        _way_out(whole),
    ]


def _subject(edition: EditionPage) -> Check:
    name = gettext_lazy("Subject and preview text")
    problems = [*merge.problems(edition.subject, links=False), *merge.problems(edition.preheader, links=False)]
    if not edition.subject.strip():
        problems.insert(0, _("There is no subject yet."))
    if problems:
        return Check(name, Verdict.MUST_FIX, " ".join(problems))
    length = len(edition.shown_subject)
    if length > LONG_SUBJECT:
        return Check(name, Verdict.LOOK, _("%(n)d characters; most mail programs cut it.") % {"n": length})
    if not edition.preheader.strip():
        return Check(name, Verdict.LOOK, _("No preview text: the inbox shows the letter's first words instead."))
    return Check(name, Verdict.FINE, _("%(n)d characters, and every name has a fallback.") % {"n": length})


def _date(edition: EditionPage, day: date) -> Iterator[Check]:
    if edition.issued_on > day:
        words = {"day": date_format(edition.issued_on, "DATE_FORMAT")}
        sentence = _("“Send” sends it now, not on that day: the date on it is %(day)s.") % words
        yield Check(gettext_lazy("Date of the letter"), Verdict.LOOK, sentence)


def _blocks(edition: EditionPage) -> Check:
    name = gettext_lazy("Text and links")
    if not len(edition.body):
        return Check(name, Verdict.MUST_FIX, _("The letter has no blocks yet."))
    try:
        edition.body.stream_block.clean(edition.body)
    except ValidationError:
        return Check(name, Verdict.MUST_FIX, _("A block is not finished, or has a merge tag that we do not know."))
    count = ngettext("%(n)d block, nothing missing.", "%(n)d blocks, nothing missing.", len(edition.body))
    return Check(name, Verdict.FINE, count % {"n": len(edition.body)})


def _chosen(edition: EditionPage, name: str) -> Iterator[Any]:
    """Return what the blocks chose under a name: pictures, tips, events, testimonials."""
    found = (block.value.get(name) for block in edition.body)
    return (one for one in found if one is not None)


def _pictures(edition: EditionPage) -> Check:
    name = gettext_lazy("Pictures")
    used: list[Picture] = list(_chosen(edition, "picture"))
    silent = [picture.title for picture in used if not picture.alt and not picture.is_decoration]
    if silent:
        return Check(
            name, Verdict.MUST_FIX, _("Say what they show: %(titles)s.") % {"titles": ", ".join(sorted(set(silent)))}
        )
    if not used:
        return Check(name, Verdict.FINE, _("No pictures."))
    count = ngettext("%(n)d picture, described in words.", "%(n)d pictures, described in words.", len(used))
    return Check(name, Verdict.FINE, count % {"n": len(used)})


def _tips(edition: EditionPage, day: date) -> Iterator[Check]:
    name = gettext_lazy("Health tip")
    for page in _chosen(edition, "tip"):
        tip: TipPage = page.specific
        words = {"tip": tip.title, "who": tip.reviewer.name if tip.reviewer else ""}
        if not tip.live:
            yield Check(name, Verdict.MUST_FIX, _("“%(tip)s” is not published.") % words)
        elif tip.reviewer is None or tip.review_by is None:
            yield Check(name, Verdict.MUST_FIX, _("No clinician reviewed “%(tip)s” yet.") % words)
        elif tip.review_by < day:
            yield Check(name, Verdict.MUST_FIX, _("The review of “%(tip)s” has run out.") % words)
        elif tip.review_by == day:
            yield Check(name, Verdict.LOOK, _("The review of “%(tip)s” runs out on the day of sending.") % words)
        else:
            yield Check(name, Verdict.FINE, _("“%(tip)s”, reviewed by %(who)s.") % words)


def _events(edition: EditionPage, day: date) -> Iterator[Check]:
    name = gettext_lazy("Event")
    for page in _chosen(edition, "event"):
        event: EventPage = page.specific
        words = {"event": event.title, "day": date_format(event.day, "DATE_FORMAT")}
        if not event.live:
            yield Check(name, Verdict.MUST_FIX, _("“%(event)s” is not published.") % words)
        elif event.is_canceled:
            yield Check(name, Verdict.MUST_FIX, _("“%(event)s” was canceled. Take it out of the letter.") % words)
        elif event.ends.date() < day:
            yield Check(name, Verdict.MUST_FIX, _("“%(event)s” was on %(day)s and is over.") % words)
        else:
            yield Check(name, Verdict.FINE, _("“%(event)s” is on %(day)s.") % words)


def _testimonials(edition: EditionPage) -> Iterator[Check]:
    name = gettext_lazy("Testimonial")
    for said in _chosen(edition, "testimonial"):
        words = {"who": said.shown_name}
        if said.is_showing:
            yield Check(name, Verdict.FINE, _("%(who)s agreed to it in writing.") % words)
        else:
            yield Check(name, Verdict.MUST_FIX, _("%(who)s did not agree to it, or took it back.") % words)


def _size(whole: Letter | None, trouble: str) -> Check:
    name = gettext_lazy("Size and plain text")
    if whole is None:
        return Check(name, Verdict.MUST_FIX, trouble)
    size = len(whole.html.encode())
    words = {"size": round(size / 1024)}
    if size > GMAIL_CLIPS_AT:
        return Check(name, Verdict.MUST_FIX, _("%(size)d kB: Gmail cuts it at 102 kB, with the way out.") % words)
    if size > SMALL_ENOUGH:
        return Check(name, Verdict.LOOK, _("%(size)d kB, close to the 102 kB where Gmail cuts.") % words)
    return Check(name, Verdict.FINE, _("%(size)d kB; Gmail cuts at 102 kB. The plain text stands beside it.") % words)


def _way_out(whole: Letter | None) -> Check:
    name = gettext_lazy("Sender and way out")
    if whole is None:
        return Check(name, Verdict.MUST_FIX, _("The letter cannot be made yet."))
    location = Location.objects.first()
    if location is None or location.street not in whole.text:
        return Check(name, Verdict.MUST_FIX, _("The postal address is missing. Enter it under Settings."))
    ways = {"unsubscribe_url", "preferences_url", "view_url", "why_url"}
    if not ways <= merge.tags_in(whole.html) or not ways <= merge.tags_in(whole.text):
        return Check(name, Verdict.MUST_FIX, _("The link to unsubscribe is missing."))
    return Check(name, Verdict.FINE, _("Postal address and one-click unsubscribe are in."))

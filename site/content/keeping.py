"""What a patient said of us, with their agreement to show it: part of their record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from content.models import Freshness
from content.testimonials import Testimonial
from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper


def _lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    rows = Testimonial.objects.filter(patient=person.patient)
    if before is not None:
        rows = rows.filter(given_on__lt=before.date())
    for one in rows[:limit]:
        shown = _("They agreed that it is shown") if one.is_showing else _("It is not shown")
        at = datetime.combine(one.given_on, time(12), UTC)
        yield Line(at, Tab.ANSWERS, "openquote", _("Said of us"), shown, one.words)


def export(person: Person) -> Iterable[Table]:
    """Hand over what they said, and their agreement."""
    rows = Testimonial.objects.filter(patient=person.patient)
    yield Table(
        "testimonials",
        ["on", "words", "shown as", "stars", "agreed on", "agreed to", "wording", "kept", "taken back on"],
        [
            [
                *(day_of(one.given_on), one.words, one.shown_name, one.stars or ""),
                *(day_of(one.consented_on), one.consent_text, one.consent_wording, one.consent_evidence),
                day_of(one.withdrawn_on),
            ]
            for one in rows
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell of their words: they go, from every page at once."""
    rows = Testimonial.objects.filter(patient=person.patient)
    yield Part(_("What they said of us"), Kept.GOES, rows.count(), lambda: _take_down(rows))


def _take_down(rows: QuerySet[Testimonial]) -> None:
    for one in rows:
        one.delete()
    Freshness.count_one()


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Let their words be the one's who stands."""
    moves.move(Testimonial.objects.filter(patient=gone.patient), "patient", into.patient.pk)


keeper(
    "content.testimonials",
    models=("content.Testimonial",),
    show=(Shelf(Tab.ANSWERS, lambda person: Testimonial.objects.filter(patient=person.patient).count(), _lines),),
    export=export,
    erase=erase,
    merge=merge,
)

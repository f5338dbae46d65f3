"""What was promised to them: follow-ups, of which the room below knows no patient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Step, Tab, Table, day_of, keeper, rows_before
from practice.follow_ups import FollowUp, FollowUpQuerySet


def _rows(person: Person) -> FollowUpQuerySet:
    return FollowUp.objects.filter(concerns__in=person.names)


def _lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for one in rows_before(_rows(person).select_related("owner"), "made_at", before, limit):
        detail = _("%(name)s, done") if one.done_at else _("%(name)s, open")
        yield Line(one.made_at, Tab.MESSAGES, "flag", one.what, detail % {"name": one.owner.name})


def export(person: Person) -> Iterable[Table]:
    """Hand over what was promised and what they wrote."""
    rows = _rows(person).select_related("contents")
    yield Table(
        "promises",
        ["made", "what", "due", "done", "what you wrote"],
        [
            [
                day_of(one.made_at),
                one.what,
                day_of(one.due_on),
                day_of(one.done_at),
                "; ".join(map(str, one.said.values())),
            ]
            for one in rows
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell of promises: they go with what was written beside them."""
    rows = _rows(person)
    yield Part(_("Promises and what they wrote to us"), Kept.GOES, rows.count(), rows.delete)


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Let promises concern the one who stands."""
    moves.move(
        FollowUp.objects.filter(concerns=f"patient:{gone.patient.ref}"), "concerns", f"patient:{into.patient.ref}"
    )


def next_step(person: Person) -> Step | None:
    """Return the promise that is due first."""
    one = _rows(person).open().select_related("owner").order_by("due_on", "pk").first()
    if one is None:
        return None
    when = date_format(one.due_on, "M j")
    return Step(one.what, one.owner.name, when, reverse("follow_ups:item", args=[one.ref]), _("Open"), one.due_on)


keeper(
    "practice.follow_ups",
    models=("practice.FollowUp",),
    show=(Shelf(Tab.MESSAGES, lambda person: _rows(person).count(), _lines),),
    export=export,
    erase=erase,
    merge=merge,
    next_step=next_step,
)

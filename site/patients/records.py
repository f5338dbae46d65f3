"""Everything that the house holds of one patient: each room says what it shows, hands over, erases and moves.

A room registers a keeper for its models when it is ready; a model with a key to a patient or a reader and no keeper
fails a test. Nothing else knows which rooms there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Merge, Patient, Reader
from patients.moving import Moves

Words = str | Promise


class Tab(StrEnum):
    """How the patient's page sorts what happened, in this order."""

    VISITS = "visits"
    LETTERS = "letters"
    MESSAGES = "messages"
    REFERRALS = "referrals"
    CONSENT = "consent"
    CASES = "cases"
    ANSWERS = "answers"
    NOTES = "notes"
    CHANGES = "changes"


TABS: dict[Tab, Words] = {
    Tab.VISITS: _("Visits"),
    Tab.LETTERS: _("Letters"),
    Tab.MESSAGES: _("Messages"),
    Tab.REFERRALS: _("Friends told"),
    Tab.CONSENT: _("Consent"),
    Tab.CASES: _("Sent by offices"),
    Tab.ANSWERS: _("Answers"),
    Tab.NOTES: _("Notes"),
    Tab.CHANGES: _("Changes"),
}


@dataclass(frozen=True)
class Person:
    """One patient with every name under which something of theirs may stand: merges leave older ones."""

    patient: Patient
    readers: tuple[int, ...]
    refs: tuple[str, ...]

    @classmethod
    def of(cls, patient: Patient) -> Person:
        """Return the person behind a record."""
        gone = Merge.objects.filter(survivor=patient, undone_at__isnull=True).order_by("at")
        pairs = list(gone.values_list("gone_ref", "gone_reader_id"))
        return cls(
            patient,
            (patient.reader_id, *(reader for _ref, reader in pairs)),
            (patient.ref, *(ref for ref, _reader in pairs)),
        )

    @property
    def names(self) -> list[str]:
        """Return `patient:ref` for each, as the journal's `about` has it."""
        return [f"patient:{ref}" for ref in self.refs]


@dataclass(frozen=True)
class Line:
    """One line of the timeline; `text` is what somebody wrote, `url` leads to more whoever holds `needs`."""

    at: datetime
    tab: Tab
    icon: str
    title: Words
    detail: Words = ""
    text: str = ""
    url: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Shelf:
    """One source of lines: how many there are, and the newest before a moment (all where it is None)."""

    tab: Tab
    count: Callable[[Person], int]
    lines: Callable[[Person, datetime | None, int], Iterable[Line]]


@dataclass(frozen=True)
class Table:
    """One table of the export: a name, the columns' names, and the rows."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


class Kept(StrEnum):
    """How long a part stays when somebody wants to be erased."""

    GOES = "goes"
    RECORD = "record"
    PROOF = "proof"


@dataclass(frozen=True)
class Part:
    """Some rows of one kind: what they are, how many, whether a law keeps them, and how they go.

    `is_last` where other parts point to these rows.
    """

    name: Words
    kept: Kept
    count: int
    erase: Callable[[], object] = lambda: None
    is_last: bool = False


@dataclass(frozen=True)
class Step:
    """What is to be done next for somebody, who does it, by when, and where."""

    title: Words
    who: Words = ""
    when: Words = ""
    url: str = ""
    label: Words = ""
    due: date = date.max


@dataclass(frozen=True)
class Keeper:
    """What one room does for a person's record."""

    name: str
    models: frozenset[str]
    show: tuple[Shelf, ...]
    export: Callable[[Person], Iterable[Table]]
    erase: Callable[[Person], Iterable[Part]]
    merge: Callable[[Person, Person, Moves], None]
    next_step: Callable[[Person], Step | None] | None = None


_keepers: dict[str, Keeper] = {}


def keeper(
    name: str,
    *,
    models: Iterable[str],
    show: Iterable[Shelf] = (),
    export: Callable[[Person], Iterable[Table]],
    erase: Callable[[Person], Iterable[Part]],
    merge: Callable[[Person, Person, Moves], None],
    next_step: Callable[[Person], Step | None] | None = None,
) -> Keeper:
    """Register what a room does for a person's record; called when the room is ready.

    Args:
        name: the room's, and its part's, as "delivery.messages"; a second of that name replaces the first.
        models: labels of the models that it answers for, as "delivery.Message".
        show: its sources of lines for the staff's page.
        export: the tables that are handed over to the person.
        erase: the parts that it holds; nothing is done until one of them is called.
        merge: moves what the second person has to the first, through the moves, so that it can be taken back.
        next_step: what this room would have done next for them, if anything.
    """
    _keepers[name] = Keeper(name, frozenset(models), tuple(show), export, erase, merge, next_step)
    return _keepers[name]


def keepers() -> list[Keeper]:
    """Return every keeper, the higher rooms' after the lower ones'."""
    return list(_keepers.values())


def kept_models() -> frozenset[str]:
    """Return the labels of all models that some keeper answers for."""
    return frozenset().union(*(one.models for one in keepers()))


def next_step(person: Person) -> Step | None:
    """Return what is due first among all that the rooms would have done."""
    steps = [step for one in keepers() if one.next_step and (step := one.next_step(person))]
    return min(steps, key=lambda step: step.due, default=None)


@dataclass
class Timeline:
    """One page of what happened, newest first; `older` is the moment before which there is more."""

    lines: list[Line]
    counts: dict[Tab, int] = field(default_factory=dict)
    older: datetime | None = None


def timeline(person: Person, *, tab: Tab | None, before: datetime | None, limit: int) -> Timeline:
    """Return a page of the timeline.

    Args:
        person: whose.
        tab: only this sort of lines; None means all.
        before: only what happened before this moment.
        limit: how many lines at most; lines of one moment stay together.
    """
    shelves = [shelf for one in keepers() for shelf in one.show]
    counts = dict.fromkeys(Tab, 0)
    found: list[Line] = []
    is_full = False
    for shelf in shelves:
        counts[shelf.tab] += (number := shelf.count(person))
        if limit and number and tab in {None, shelf.tab}:
            lines = list(shelf.lines(person, before, limit + 1))
            is_full = is_full or len(lines) > limit
            found += lines
    found.sort(key=lambda line: line.at, reverse=True)
    page = found[:limit]
    page += [line for line in found[limit:] if line.at == page[-1].at]
    is_more = bool(page) and (is_full or len(found) > len(page))
    return Timeline(page, counts, page[-1].at if is_more else None)


def newest(person: Person, tab: Tab, limit: int) -> list[Line]:
    """Return the newest lines of one sort."""
    shelves = [shelf for one in keepers() for shelf in one.show if shelf.tab is tab]
    found = [line for shelf in shelves for line in shelf.lines(person, None, limit)]
    return sorted(found, key=lambda line: line.at, reverse=True)[:limit]


def counts(person: Person) -> dict[Tab, int]:
    """Return how many lines of each sort there are."""
    found = dict.fromkeys(Tab, 0)
    for shelf in (shelf for one in keepers() for shelf in one.show):
        found[shelf.tab] += shelf.count(person)
    return found


def rows_before[M: models.Model](rows: models.QuerySet[M], column: str, before: datetime | None, limit: int) -> list[M]:
    """Return the newest rows before a moment, by a column of moments; rows of one moment stay together."""
    if before is not None:
        rows = rows.filter(**{f"{column}__lt": before})
    rows = rows.order_by(f"-{column}", "-pk")
    found = list(rows[:limit])
    if len(found) < limit:
        return found
    last = getattr(found[-1], column)
    return [row for row in found if getattr(row, column) != last] + list(rows.filter(**{column: last}))


def day_of(moment: datetime | date | None) -> str:
    """Return a moment as a table has it: ISO 8601, "" where there is none."""
    return moment.isoformat() if moment else ""


def readers_of(person: Person) -> models.QuerySet[Reader]:
    """Return the person's reader and those that merges left."""
    return Reader.objects.filter(pk__in=person.readers)

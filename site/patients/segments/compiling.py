"""A tree as one SQL statement: one question to patients where only patients can answer it, else to readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from patients.models import Patient, Reader, ReaderQuerySet
from patients.segments.registry import Place
from patients.segments.tree import Group, Line, Match, Node
from practice import clocks

NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class Question:
    """A tree, compiled: who is meant on one day, as one statement each way."""

    condition: Q
    is_of_patients: bool

    def keys(self) -> QuerySet[Any, Any]:
        """Return the readers' primary keys, for `reader__in`; where patients answer, readers are not even joined."""
        if self.is_of_patients:
            return Patient.objects.filter(self.condition).order_by().values("reader_id")
        return Reader.objects.filter(self.condition).order_by().values("pk")

    def is_true_of(self, reader: str) -> Exists:
        """Return whether it is true of the one whose primary key the rows of an outer question call `reader`."""
        if self.is_of_patients:
            return Exists(Patient.objects.filter(self.condition, reader=OuterRef(reader)).order_by())
        return Exists(Reader.objects.filter(self.condition, pk=OuterRef(reader)).order_by())

    def readers(self) -> ReaderQuerySet:
        """Return the readers themselves."""
        if self.is_of_patients:
            return Reader.objects.filter(pk__in=self.keys())
        return Reader.objects.filter(self.condition)

    def count(self) -> int:
        """Return how many people it is."""
        return self.keys().count()


def compiled(tree: Node, *, day: date | None = None) -> Question:
    """Return the SQL question of a tree.

    Args:
        tree: as `tree.parse` gave it.
        day: the day that spans of time count from; today at the practice by default.
    """
    zone = clocks.zone()
    place = Place(tree.implies_patient, day or timezone.localdate(timezone=zone), zone)
    return Question(_condition(tree, place), place.is_patient)


def _condition(node: Node, place: Place, *, negated: bool = False) -> Q:
    """Return the condition of a node, or that it does not hold.

    A "not" is carried down to the lines, where it becomes an anti-join; among readers, a part that only patients
    answer asks their table once.
    """
    if not place.is_patient and node.implies_patient:
        inside = _condition(node, replace(place, is_patient=True))
        asked = place.reader_has(Patient.objects.filter(inside))
        return ~asked if negated else asked
    if isinstance(node, Line):
        asked = node.how.to_q(node.values, place)
        return ~asked if negated else asked
    return _grouped(node, place, negated=negated)


def _grouped(group: Group, place: Place, *, negated: bool) -> Q:
    if group.match == Match.NONE:
        return _grouped(Group(Match.ANY, group.parts), place, negated=not negated)
    joins_all = (group.match == Match.ALL) != negated
    conditions = [_condition(part, place, negated=negated) for part in group.parts]
    if not conditions:
        return Q() if joins_all else NOBODY
    return reduce(and_ if joins_all else or_, conditions)

"""In how many letters each way would leave now: as an audience would be frozen, without whoever holds back for now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, QuerySet, Value

from delivery.ledger import CHILD, own_and_theirs
from delivery.reaching import full_addresses, has_enough
from delivery.ways import Ways
from patients.models import ContactPoint, ReaderQuerySet
from patients.policy import Contactable, comes_of_age
from practice import clocks

type Points = QuerySet[ContactPoint]
type Point = tuple[str, int, str, str, bool]
CHUNK = 5_000


def by_way(channel: str, readers: ReaderQuerySet | Contactable, ways: Ways, *, held_back: bool = True) -> Counter[str]:
    """Return the number of letters of each way that occurs: three questions, however many people there are.

    Who has a mailbox alone is counted in the database, by the rules they meet; at a shared one every row is looked at.

    Args:
        channel: how.
        readers: the audience as a question.
        ways: in what ways the letter is written.
        held_back: whether somebody may hold back for how much they got (`delivery.reaching` knows).
    """
    own, theirs = own_and_theirs(channel, readers)
    if held_back:
        full = full_addresses()
        own, theirs = own.exclude(address_hash__in=full), theirs.exclude(address_hash__in=full)
    several = _perhaps_shared(channel)
    found: Counter[str] = Counter()
    alone = _told(own.exclude(address_hash__in=several), "reader_id", ways, held_back=held_back).order_by()
    kinds = alone.values_list("marks", "reader__language", "is_held").annotate(Count("pk"))  # type: ignore[misc]
    for marks, language, is_held, number in kinds:
        if not is_held:
            found[_named(marks, language, ways)] += number
    streams = [
        _in_order(own.filter(address_hash__in=several), "reader_id", ways, held_back=held_back),
        _in_order(theirs, CHILD, ways, held_back=held_back),
    ]
    for _digest, group in groupby(merge(*streams), key=lambda point: point[0]):
        points = list(group)
        if not all(is_held for *_others, is_held in points):
            met = "".join(marks for _hash, _reader, _language, marks, _held in points)
            found[_named(met, points[0][2], ways)] += 1
    return found


def _named(marks: str, language: str, ways: Ways) -> str:
    return "".join(sorted(set(marks))) + (f".{language}" if language in ways.languages else "")


def _perhaps_shared(channel: str) -> QuerySet[Any, Any]:
    """Return addresses that stand twice, and those of adults who answer for children: more than really are shared."""
    twice = ContactPoint.objects.values("address_hash").annotate(points=Count("*")).filter(points__gt=1)
    answering = ContactPoint.objects.filter(
        channel=channel,
        is_primary=True,
        reader__patient__dependents__born_on__gt=comes_of_age(clocks.today()),
    )
    return twice.values("address_hash").union(answering.values("address_hash"))


def _told(points: Points, reader: str, ways: Ways, *, held_back: bool) -> Points:
    held = ExpressionWrapper(has_enough(), BooleanField()) if held_back else Value(value=False)
    return points.annotate(marks=ways.marks(reader), is_held=held)


def _in_order(points: Points, reader: str, ways: Ways, *, held_back: bool) -> Iterator[Point]:
    found = _told(points, reader, ways, held_back=held_back).order_by("address_hash", reader)
    return found.values_list("address_hash", reader, "reader__language", "marks", "is_held").iterator(chunk_size=CHUNK)

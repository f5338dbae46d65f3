"""Whom a letter would reach if it left now: counted in the database, as `delivery.pace` judges each letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Replace, StrIndex
from django.utils import timezone

from delivery.ledger import CHILD, own_and_theirs
from delivery.models import Message
from delivery.pace import ABOUT_VISITS, MONTHS, since
from delivery.staging import Meant, asked
from delivery.ways import Ways
from patients.models import ContactPoint, Patient, ReaderQuerySet
from patients.policy import Contactable, comes_of_age
from practice import clocks
from practice.courtesy import WINDOW, Courtesy

type Points = QuerySet[ContactPoint]
type Narrowing = Callable[[Points], Points]


@dataclass(frozen=True)
class Reach:
    """How many people a letter would reach and in how many letters, and how many hold back for how much they got.

    Args:
        people: whom it would reach.
        letters: in so many; a mailbox that several share gets one.
        enough: who got as many as they want for now.
        capped: whose address got as many as the practice sends at most.
    """

    people: int = 0
    letters: int = 0
    enough: int = 0
    capped: int = 0


@transaction.atomic
def reach(channel: str, readers: ReaderQuerySet | Contactable, *, is_correction: bool = False) -> Reach:
    """Return whom a letter to `readers` would reach now; they are asked once, twice where somebody has enough.

    Args:
        channel: how.
        readers: whom it is for, as a question.
        is_correction: whether nobody holds back for how much they got: it belongs to what they got.
    """
    found = own_and_theirs(channel, readers)
    enough = 0 if is_correction else _people(found, _of_those_with_enough)
    if enough:
        found = _without_enough(found[0]), _without_enough(found[1])
    with asked(found, Ways()):
        people, letters = _counts(Meant.objects.all())
        if not people or is_correction:
            return Reach(people, letters, enough)
        capped, spared = _counts(Meant.objects.filter(address_hash__in=full_addresses()))
        return Reach(people - capped, letters - spared, enough, capped)


def _people(found: tuple[Points, Points], narrowed: Narrowing) -> int:
    own, theirs = narrowed(found[0]), narrowed(found[1])
    return own.values("reader").union(theirs.values(CHILD), all=True).count()


def _counts(meant: QuerySet[Meant]) -> tuple[int, int]:
    """Return how many people it is, and how many letters."""
    found = meant.aggregate(people=Count("*"), letters=Count("address_hash", distinct=True))
    return found["people"], found["letters"]


def full_addresses() -> QuerySet[Message]:
    """Return the hashes of the addresses that got as many letters as the practice sends at most."""
    left = Message.objects.letters_that_left(timezone.now() - WINDOW)
    full = left.values("address_hash").annotate(letters=Count("pk")).filter(letters__gte=Courtesy.get().most_letters)
    return full.values("address_hash")  # type: ignore[return-value]


def _of_those_with_enough(points: Points) -> Points:
    return points.filter(has_enough(), reader__at_most__in=MONTHS)


def _without_enough(points: Points) -> Points:
    return points.exclude(has_enough())


def has_enough() -> Q:
    """Return the condition that the one behind a contact point got as many letters as they want for now."""
    zone = clocks.zone()
    today = clocks.today_in(zone)
    asked = Q()
    for wish in MONTHS:
        begins = datetime.combine(since(wish, today), time(), zone)
        asked |= Q(Q(reader__at_most=wish), Exists(_letters_for_them(begins)))  # the wish first: few have one
    return asked


def _letters_for_them(begins: datetime) -> QuerySet[Message]:
    """Return the letters since a moment for the one behind an outer contact point, or for a child of theirs."""
    here = Message.objects.letters_that_left(begins).exclude(topic__in=ABOUT_VISITS)
    here = here.filter(address_hash=OuterRef("address_hash")).annotate(everyone=_everyone())
    children = Patient.objects.filter(
        responsible__reader=OuterRef(OuterRef("reader")), born_on__gt=comes_of_age(clocks.today())
    )
    theirs = children.annotate(at=StrIndex(OuterRef("everyone"), _listed(F("reader")))).filter(at__gt=0)
    return here.annotate(at=StrIndex("everyone", _listed(OuterRef("reader")))).filter(Q(at__gt=0) | Exists(theirs))


def _everyone() -> Concat:
    """Return the keys of all for whom a letter is, each between two commas; no database asks a JSON list alike."""
    also: Cast | Replace = Cast("also", TextField())
    for mark in "[] ":
        also = Replace(also, Value(mark), Value(""), output_field=TextField())
    return Concat(Value(","), Cast("reader", CharField()), Value(","), also, Value(","), output_field=TextField())


def _listed(key: F | OuterRef) -> Concat:
    return Concat(Value(","), Cast(key, CharField()), Value(","), output_field=TextField())

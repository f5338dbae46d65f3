"""Records that may be one person: sought in small blocks that share something, so that a million take minutes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from accounts.models import User
from journal.recording import record
from patients import nicknames
from patients.models import ContactPoint, DuplicateSearch, LookAlike, Patient

AT_ONCE = 1_000
MOST_IN_A_BLOCK = 60
MOST_OF_A_DAY = 500
ENOUGH = 60
ALIKE = 88
SIGNS: dict[str, str | Promise] = {
    "birthday": _("Same birth date"),
    "address": _("Same phone or e-mail"),
    "name": _("Same or nearly the same name"),
    "nickname": _("Names for each other, as Peggy and Margaret"),
}
POINTS = {"birthday": 40, "address": 35, "name": 30, "nickname": 25}
OTHER_DAY, OTHER_NAME = -50, -40


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of one patient."""

    pk: UUID
    given: str
    family: str
    born: date | None
    hashes: frozenset[str]


def compare(one: Sketch, other: Sketch) -> tuple[int, list[str]]:
    """Return how much speaks for one person, 0 to 100, and which signs do."""
    signs = []
    points = 0
    if one.hashes & other.hashes:
        signs.append("address")
    if one.born is not None and other.born is not None:
        if one.born == other.born:
            signs.append("birthday")
        else:
            points += OTHER_DAY
    is_one_family = bool(one.family) and fuzz.ratio(one.family, other.family) >= ALIKE
    is_one_given = bool(one.given) and fuzz.ratio(one.given, other.given) >= ALIKE
    go_by = nicknames.are_one(one.given, other.given)
    if is_one_family and is_one_given:
        signs.append("name")
    elif is_one_family and go_by:
        signs.append("nickname")
    elif not (go_by or is_one_given):
        points += OTHER_NAME
    points += sum(POINTS[sign] for sign in signs)
    return max(0, min(100, points)), signs


def look_at(patients: Iterable[UUID]) -> int:
    """Compare patients with everyone who shares something with them; return how many open pairs there are of them.

    A pair that somebody told apart stays told apart; one that looks alike no longer is forgotten.
    """
    return sum(_look(list(some)) for some in batched(patients, AT_ONCE))


def go_on(*, most: int = 1_000_000, seconds: float = 30.0) -> int:
    """Compare patients that were never compared, from where the last run stopped; return how many were.

    Args:
        most: patients at most.
        seconds: after which no further group begins, so that the worker's other tasks have their turn.
    """
    search, _made = DuplicateSearch.objects.get_or_create(only=True)
    done, until = 0, time.monotonic() + seconds
    while done < most and time.monotonic() < until:
        rows = Patient.objects.order_by("pk").values_list("pk", flat=True)
        some = list((rows.filter(pk__gt=search.up_to) if search.up_to else rows)[:AT_ONCE])
        if not some:
            break
        _look(some)
        search.up_to, search.moved_at = some[-1], timezone.now()
        search.save()
        done += len(some)
    return done


@transaction.atomic
def tell_apart(*, pair: LookAlike, by: User) -> None:
    """Keep that two who look alike are two people; they are not shown again."""
    pair = LookAlike.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=pair.pk)
    if pair.told_apart_at is not None:
        return
    pair.told_apart_at, pair.told_apart_by = timezone.now(), f"user:{by.ref}"
    pair.save(update_fields=["told_apart_at", "told_apart_by"])
    record("patient.told_apart", subject=pair.first, by=by, about=pair.first, other=pair.second.ref)


def _look(pks: list[UUID]) -> int:
    ours = _sketches(Q(pk__in=pks))
    pairs: dict[tuple[UUID, UUID], tuple[int, list[str]]] = {}
    for block in _blocks(ours):
        for one in block:
            if one.pk not in ours:
                continue
            for other in block:
                key = (min(one.pk, other.pk), max(one.pk, other.pk))
                if one.pk != other.pk and key not in pairs:
                    pairs[key] = compare(one, other)
    return _keep(set(ours), {key: found for key, found in pairs.items() if found[0] >= ENOUGH})


def _blocks(ours: dict[UUID, Sketch]) -> Iterable[list[Sketch]]:
    """Yield groups that share an address, or a birth date and the family name's first letter.

    What half the house shares, as the number of a home or January 1 where nobody knew better, is left out before it is
    read: it would tell nothing, and fill the memory.
    """
    hashes = {digest for one in ours.values() for digest in one.hashes}
    points = ContactPoint.objects.filter(address_hash__in=hashes).order_by().values("address_hash")
    shared = points.annotate(number=Count("pk")).filter(number__gte=2, number__lte=MOST_IN_A_BLOCK)
    hashes = set(shared.values_list("address_hash", flat=True))
    days = {one.born for one in ours.values() if one.born}
    births = Patient.objects.filter(born_on__in=days).order_by().values("born_on")
    common = births.annotate(number=Count("pk")).filter(number__gte=2, number__lte=MOST_OF_A_DAY)
    days = {day for day in common.values_list("born_on", flat=True) if day is not None}
    sharing = ContactPoint.objects.filter(address_hash__in=hashes).values("reader")
    everyone = ours | _sketches(Q(reader__in=sharing)) | _sketches(Q(born_on__in=days))
    blocks: dict[tuple[object, ...], list[Sketch]] = defaultdict(list)
    for one in everyone.values():
        for digest in one.hashes & hashes:
            blocks["address", digest].append(one)
        if one.born in days:
            blocks["born", one.born, one.family[:1]].append(one)
    return (block for block in blocks.values() if 1 < len(block) <= MOST_IN_A_BLOCK)


def _sketches(condition: Q) -> dict[UUID, Sketch]:
    rows = (
        Patient.objects.filter(condition)
        .order_by()
        .values_list("pk", "reader", "reader__given_key", "reader__family_key", "born_on")
    )
    found = list(rows)
    hashes: dict[int, set[str]] = defaultdict(set)
    readers = [row[1] for row in found]
    for some in batched(readers, 5_000):
        points = ContactPoint.objects.filter(reader__in=some).order_by().values_list("reader", "address_hash")
        for reader, digest in points:
            hashes[reader].add(digest)
    return {
        pk: Sketch(pk, " ".join(given.split()), " ".join(family.split()), born, frozenset(hashes[reader]))
        for pk, reader, given, family, born in found
    }


@transaction.atomic
def _keep(looked_at: set[UUID], found: dict[tuple[UUID, UUID], tuple[int, list[str]]]) -> int:
    known = {
        (pair.first_id, pair.second_id): pair
        for pair in LookAlike.objects.filter(Q(first__in=looked_at) | Q(second__in=looked_at))
    }
    over = [pair.pk for key, pair in known.items() if key not in found and pair.told_apart_at is None]
    LookAlike.objects.filter(pk__in=over).delete()
    for key, (score, signs) in found.items():
        pair = known.get(key)
        if pair is None:
            LookAlike.objects.get_or_create(
                first_id=key[0], second_id=key[1], defaults={"score": score, "signs": signs}
            )
        elif (pair.score, pair.signs) != (score, signs):
            pair.score, pair.signs = score, signs
            pair.save(update_fields=["score", "signs"])
    return len(found)

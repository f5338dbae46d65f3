"""Whether a row may be somebody whom we have without a number: what speaks for it, and what we would say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from rapidfuzz.distance import JaroWinkler

from patients.addresses import hasher, normal_address
from patients.folding import folded
from patients.importing.rows import Record
from patients.importing.standing import CHANNELS
from patients.models import ContactPoint, ImportLine, Patient, ReaderKind
from patients.models.imports import ImportQuestion
from patients.nicknames import are_one

SAME, NEW = ImportQuestion.Decision.SAME.value, ImportQuestion.Decision.NEW.value
CLOSE = 0.9
FEW = 3_000  # people who are read whole: that costs less than to ask for those who are like some of the rows


def alike(first: str, second: str) -> bool:
    """Return whether two folded given names may be one person's: equal, a nickname, an initial, a slip of the pen."""
    if not first or not second:
        return False
    one, other = first.split(maxsplit=1)[0], second.split(maxsplit=1)[0]
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    return are_one(one, other) or bool(JaroWinkler.similarity(one, other) >= CLOSE)


@dataclass(frozen=True)
class Verdict:
    """What a row and a person have in common: `answer` is what we would say, `is_sure` needs no question."""

    patient: UUID
    why: str
    answer: str
    is_sure: bool = False


Way = tuple[str, str]  # an address of ours or of a row: "email" or "phone", and its one form


@dataclass(slots=True)
class _Known:
    pk: UUID
    given: str
    family: str
    born_on: date | None
    street: str
    ways: set[Way]
    marks: set[bytes]


def look(records: list[Record], *, with_numbers: bool) -> dict[int, Verdict]:
    """Return row → verdict, for the rows that have something to do with somebody whom we have.

    Args:
        records: rows whose number, if they have one, nobody has.
        with_numbers: whether the file tells numbers; then only people without one can be meant.
    """
    people = Patient.objects.exclude(reader__kind=ReaderKind.FORMER).order_by()
    if with_numbers:
        people = people.filter(external_id__isnull=True)
    found = _known(people, [*people.values_list("pk", flat=True)[: FEW + 1]], records)
    if not found:
        return {}
    by_way: dict[Way, list[_Known]] = {}
    by_birth: dict[date, list[_Known]] = {}
    by_name: dict[str, list[_Known]] = {}
    for one in found:
        for way in one.ways:
            by_way.setdefault(way, []).append(one)
        if one.born_on:
            by_birth.setdefault(one.born_on, []).append(one)
        by_name.setdefault(f"{one.given}|{one.family}", []).append(one)
    verdicts = {}
    for record in records:
        ways = _ways(record)
        near = {one.pk: one for way in ways for one in by_way.get(way, ())}
        near |= {one.pk: one for one in by_birth.get(record.told.get("born_on", date.min), ())}
        near |= {one.pk: one for one in by_name.get(_name(record.told), ())}
        said = [verdict for one in near.values() if (verdict := _verdict(record, one, ways))]
        if said:
            verdicts[record.number] = min(said, key=lambda verdict: (not verdict.is_sure, RANK.index(verdict.why)))
    return verdicts


RANK = (
    "same_row",
    "same_all",
    "same_birth_and_name",
    "same_birth_and_contact",
    "same_name_and_contact",
    "same_street",
    "other_birth",
)


def _verdict(record: Record, one: _Known, ways: set[Way]) -> Verdict | None:
    told = record.told
    if "external_id" not in told and record.marks in one.marks:
        return Verdict(one.pk, "same_row", SAME, is_sure=True)
    born = told.get("born_on")
    given, family = folded(told.get("given_name", "")), folded(told.get("family_name", ""))
    has_contact = bool(ways & one.ways)
    is_named = (given, family) == (one.given, one.family)
    is_like = alike(given, one.given)
    is_family = family == one.family or JaroWinkler.similarity(family, one.family) >= CLOSE
    if born and one.born_on == born:
        if is_named:
            return Verdict(one.pk, "same_all" if has_contact else "same_birth_and_name", SAME, is_sure=has_contact)
        if has_contact and is_like:
            return Verdict(one.pk, "same_birth_and_contact", SAME)
        return None
    if born and one.born_on:
        return Verdict(one.pk, "other_birth", NEW) if has_contact and is_like and is_family else None
    if is_named and has_contact:
        return Verdict(one.pk, "same_name_and_contact", SAME)
    street = folded(told.get("street", ""))
    return Verdict(one.pk, "same_street", "") if is_named and street and street == one.street else None


def _known(people: QuerySet[Patient], some: list[UUID], records: list[Record]) -> list[_Known]:
    """Return everyone where they are few, else those who have something to do with a row.

    Args:
        people: who can be meant.
        some: of them, one more than few where they are many.
        records: the rows.
    """
    chosen = people.filter(pk__in=some) if len(some) <= FEW else people.filter(_like(people, records))
    rows = chosen.annotate(street_=F("reader__postal_address__street"))
    found = {
        pk: _Known(pk, folded(given), folded(family), born, folded(street or ""), set(), set())
        for pk, given, family, born, street in rows.values_list(
            "pk", "reader__given_name", "reader__family_name", "born_on", "street_"
        )
    }
    held = ContactPoint.objects.filter(reader__patient__in=found.keys()).order_by()
    for pk, channel, address in held.values_list("reader__patient", "channel", "address").iterator(chunk_size=2_000):
        found[pk].ways.add((KINDS.get(channel, channel), normal_address(channel, address)))
    if any("external_id" not in record.told for record in records):
        lines = ImportLine.objects.filter(patient__in=found.keys()).order_by()
        for pk, marks in lines.values_list("patient", "marks").iterator(chunk_size=2_000):
            found[pk].marks.add(bytes(marks))
    return list(found.values())


def _like(people: QuerySet[Patient], records: list[Record]) -> Q:
    """Return the condition of sharing a birth date, an address or, where a birth date lacks, the name with a row."""
    births = {born for record in records if (born := record.told.get("born_on"))}
    hashers = {kind: [hasher(channel) for channel in CHANNELS_OF[kind]] for kind in CHANNELS_OF}
    ways = {way for record in records for way in _ways(record)}
    hashes = {hashed(address) for kind, address in ways for hashed in hashers[kind]}
    points = ContactPoint.objects.filter(address_hash__in=hashes, reader__patient__in=people).order_by()
    near = set(points.values_list("reader__patient", flat=True))
    names = Q()
    bare = {folded(record.told.get("family_name", "")) for record in records if "born_on" not in record.told}
    if bare:
        names |= Q(reader__family_key__in=bare)
    nameless = {folded(record.told.get("family_name", "")) for record in records}
    names |= Q(born_on__isnull=True, reader__family_key__in=nameless)
    return Q(pk__in=near) | Q(born_on__in=births) | names


def _ways(record: Record) -> set[Way]:
    """Return a row's addresses; a phone may stand with us as one for calls or one for texts."""
    told: dict[str, Any] = record.told
    return {(kind, told[name]) for name, kind in WAYS.items() if name in told}


WAYS = {"email": "email", "mobile": "phone", "home_phone": "phone"}
KINDS = {CHANNELS[name].value: kind for name, kind in WAYS.items()}
CHANNELS_OF = {kind: [channel for channel, one in KINDS.items() if one == kind] for kind in WAYS.values()}


def _name(told: dict[str, Any]) -> str:
    return f"{folded(told.get('given_name', ''))}|{folded(told.get('family_name', ''))}"

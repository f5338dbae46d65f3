"""What a group of rows would do: who is new, who changes and in what, who is as before, whom somebody must look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from patients.consenting import IMPORT, changes
from patients.folding import folded
from patients.importing import likeness, standing
from patients.importing.barring import barred
from patients.importing.fields import Field
from patients.importing.houses import House
from patients.importing.likeness import SAME, Verdict
from patients.importing.rows import Record, Refused, has_mark, mark
from patients.importing.standing import CONSENTS, Standing
from patients.models import Basis, Merge, Patient, PatientStatus
from patients.models.imports import ImportLine
from patients.nicknames import are_one

RESOLVED = {"location": "locations", "provider": "providers"}


@dataclass
class Change:
    """Somebody whom a row changes, or meets for the first time: field → new value."""

    record: Record
    person: Standing
    fields: dict[str, Any]
    is_met_before: bool

    @property
    def before(self) -> dict[str, Any]:
        """Return what stands in those fields now."""
        return {name: self.person.get(name) for name in self.fields}


@dataclass
class Weighed:
    """What a group of rows would do."""

    new: list[Record] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    refused: list[Refused] = field(default_factory=list)
    questions: list[tuple[Record, Verdict]] = field(default_factory=list)


def weigh(
    records: list[Record],
    *,
    fields: Mapping[str, Field],
    house: House,
    answers: Mapping[int, tuple[UUID, str]],
    with_numbers: bool,
    asks: bool,
    lock: bool = False,
) -> Weighed:
    """Compare rows with what stands.

    Args:
        records: of one group.
        fields: of a patients' file, by name.
        house: the practice's own, by name.
        answers: row → (patient, decision), of questions that were asked.
        with_numbers: whether a column tells numbers.
        asks: leave open what somebody must decide; else what we would say is done.
        lock: hold the people who change until the transaction ends.
    """
    found = Weighed()
    known = _by_number(records)
    numbers = {number for record in records if (number := record.told.get("external_id"))}
    gone = barred(numbers - known.keys())
    strangers = []
    pairs: list[tuple[Record, UUID]] = []
    for record in records:
        number = record.told.get("external_id")
        if number in gone:
            found.refused.append(Refused(record.number, "erased", "external_id"))
        elif number is not None and number in known:
            pairs.append((record, known[number]))
        else:
            strangers.append(record)
    verdicts = likeness.look(strangers, with_numbers=with_numbers) if strangers else {}
    for record in strangers:
        verdict = verdicts.get(record.number)
        patient, answer = answers.get(record.number, (None, ""))
        if patient is not None and answer:
            is_same = answer == SAME
        elif verdict is None:
            is_same = False
        elif asks and not verdict.is_sure:
            found.questions.append((record, verdict))
            continue
        else:
            is_same = verdict.answer == SAME
        patient = patient or (verdict.patient if verdict else None)
        if is_same and patient is not None:
            pairs.append((record, patient))
        else:
            found.new.append(record)
    _once_each(found)
    _compare(pairs, found, house, lock=lock)
    return found


def _by_number(records: list[Record]) -> dict[str, UUID]:
    """Return number → patient; the number of a record that was merged away leads to the one that stands."""
    numbers = {record.told["external_id"] for record in records if "external_id" in record.told}
    if not numbers:
        return {}
    found = dict(Patient.objects.filter(external_id__in=numbers).order_by().values_list("external_id", "pk"))
    if missing := numbers - found.keys():
        gone = Merge.objects.filter(gone_external_id__in=missing, undone_at__isnull=True).order_by("at")
        found |= dict(gone.values_list("gone_external_id", "survivor"))
    return {str(number): pk for number, pk in found.items()}


def _once_each(found: Weighed) -> None:
    """Let one of several rows without numbers stand that say the same of a new person."""
    seen: dict[tuple[Any, ...], Record] = {}
    kept = []
    for record in found.new:
        told = record.told
        key = tuple(
            told.get(name) for name in ("given_name", "family_name", "born_on", "email", "mobile", "home_phone")
        )
        first = seen.setdefault(key, record) if "external_id" not in told else record
        if first is record:
            kept.append(record)
        elif first.marks == record.marks:
            found.same += 1
        else:
            found.refused.append(Refused(record.number, "one_for_two"))
    found.new = kept


def _compare(pairs: list[tuple[Record, UUID]], found: Weighed, house: House, *, lock: bool) -> None:
    last = _last_marks({pk for _record, pk in pairs})
    taken: dict[UUID, Record] = {}
    open_ = []
    for record, pk in pairs:
        first = taken.setdefault(pk, record)
        if first is not record and first.marks != record.marks:
            found.refused.append(Refused(record.number, "one_for_two"))
        elif first is not record or last.get(pk) == record.marks:
            found.same += 1
        else:
            open_.append((record, pk))
    people = standing.load({pk for _record, pk in open_}, lock=lock) if open_ else {}
    numbers = _responsible(open_)
    for record, pk in open_:
        if person := people.get(pk):
            marks = last.get(pk)
            fields = _difference(record, person, marks, house, numbers)
            found.changed.append(Change(record, person, fields, is_met_before=marks is not None))


def _last_marks(patients: set[UUID]) -> dict[UUID, bytes]:
    """Return what the newest line about each patient told."""
    lines = ImportLine.objects.filter(patient__in=patients, appointment=None, procedure=None).order_by("pk")
    return {pk: bytes(marks) for pk, marks in lines.values_list("patient", "marks")}


def _responsible(pairs: list[tuple[Record, UUID]]) -> dict[str, UUID]:
    numbers = {record.told["responsible"] for record, _pk in pairs if "responsible" in record.told}
    if not numbers:
        return {}
    return dict(Patient.objects.filter(external_id__in=numbers).order_by().values_list("external_id", "pk"))  # type: ignore[arg-type]


def _difference(
    record: Record, person: Standing, last: bytes | None, house: House, numbers: Mapping[str, UUID]
) -> dict[str, Any]:
    """Return field → new value, of what the row tells anew: what it told last time does not undo what changed here."""
    fields: dict[str, Any] = {}
    for name, told in record.told.items():
        if last is not None and has_mark(last, mark(name, told)):
            continue
        value = told
        if name in RESOLVED:
            value = house.find(RESOLVED[name], told)
        elif name == "responsible":
            value = numbers.get(told)
        if value is None or value == person.get(name) or not _may(name, value, person):
            continue
        if last is None and name == "given_name" and are_one(folded(value), folded(person.get(name))):
            continue  # Peggy is Margaret: who is met for the first time keeps the name that stands here
        fields[name] = value
    return fields


def _may(name: str, value: Any, person: Standing) -> bool:
    """Return whether a file may say this of somebody."""
    if name == "status" and person.patient.status == PatientStatus.DECEASED:
        return False
    if name == "external_id":
        return person.patient.external_id is None
    if name == "responsible":
        return bool(value != person.patient.pk)
    if name in CONSENTS and value:
        stood = person.consents.get(name)
        return changes(stood, is_given=True, basis=Basis.AGREED, source=IMPORT)
    return True

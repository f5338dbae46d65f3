"""Visits and procedures that a file tells: each found again by its number, and written for a patient whom we have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from patients import facts
from patients.importing.houses import House, folded
from patients.importing.naming import refs
from patients.importing.rows import Record, Refused, has_mark, mark
from patients.models import Appointment, AppointmentStatus, ImportBatch, ImportLine, Merge, Patient, Procedure
from patients.models.imports import FileKind
from vault import ids
from vault.writing import Many, Row, fresh_ids, sealer

Thing = Appointment | Procedure


@dataclass
class VisitChange:
    """One row and the visit or procedure that it tells of: column → value; `thing` is None where it is new."""

    record: Record
    patient: UUID
    number: str
    values: dict[str, Any]
    thing: Thing | None = None


@dataclass
class WeighedVisits:
    """What a group of rows would do."""

    new: list[VisitChange] = field(default_factory=list)
    changed: list[VisitChange] = field(default_factory=list)
    met: list[VisitChange] = field(default_factory=list)
    same: int = 0
    refused: list[Refused] = field(default_factory=list)


class Visits:
    """Weighs and writes the rows of a file of appointments or procedures."""

    def __init__(self, batch: ImportBatch, house: House) -> None:
        self.batch, self.house = batch, house
        self.is_visit = batch.kind == FileKind.APPOINTMENTS
        self.model: type[Appointment] | type[Procedure] = Appointment if self.is_visit else Procedure
        self.link = "appointment" if self.is_visit else "procedure"
        self.count = self.model._default_manager.count()
        self.things = Many(self.model, *(OF_VISIT if self.is_visit else OF_PROCEDURE))
        self.lines = Many(ImportLine, *OF_LINE, self.link, batch=batch.pk)
        self.sealed = sealer(ImportLine, "before")

    def weigh(self, records: list[Record]) -> WeighedVisits:
        """Compare rows with what stands."""
        found = WeighedVisits()
        patients = _patients({record.told["external_id"] for record in records})
        told: dict[str, Record] = {}
        places: dict[UUID, int | None] = dict(patients.values())
        for record in records:
            if record.told["external_id"] not in patients:
                found.refused.append(Refused(record.number, "no_such_patient", "external_id"))
                continue
            number = self._number(record)
            first = told.setdefault(number, record)
            if first is not record:
                found.refused.append(Refused(record.number, "twice", "", {"also": first.number}))
        standing = {
            thing.external_id: thing for thing in self.model._default_manager.filter(external_id__in=told).order_by()
        }
        last = self._last_marks([thing.pk for thing in standing.values()])
        for number, record in told.items():
            patient, _place = patients[record.told["external_id"]]
            thing = standing.get(number)
            marks = last.get(thing.pk) if thing else None
            if thing is not None and marks == record.marks:
                found.same += 1
                continue
            values, fault = self._values(record, patient, places[patient], thing, marks)
            if fault:
                found.refused.append(fault)
                continue
            change = VisitChange(record, patient, number, values, thing)
            (found.new if thing is None else found.changed if values else found.met).append(change)
        found.same += len(found.met)
        return found

    def _number(self, record: Record) -> str:
        """Return the other system's number of it; where the file has none, one that follows from what the row tells."""
        told = record.told
        number = told.get("visit_id" if self.is_visit else "procedure_id")
        if number is not None:
            return str(number)
        names = ("starts_on", "starts_time") if self.is_visit else ("done_on", "code", "label", "provider", "fee")
        plain = "\n".join(str(told.get(name, "")) for name in ("external_id", *names))
        return "~" + hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()

    def _last_marks(self, pks: list[Any]) -> dict[Any, bytes]:
        if not pks:
            return {}
        lines = ImportLine.objects.filter(**{f"{self.link}__in": pks}).order_by("pk")
        return {pk: bytes(marks) for pk, marks in lines.values_list(self.link, "marks")}

    def _values(
        self, record: Record, patient: UUID, place: int | None, thing: Thing | None, marks: bytes | None
    ) -> tuple[dict[str, Any], Refused | None]:
        """Return column → value, of all for something new, of what differs for something that stands."""
        told = {
            name: value
            for name, value in record.told.items()
            if marks is None or not has_mark(marks, mark(name, value))
        }
        if self.is_visit and {"starts_on", "starts_time"} & told.keys():
            told |= {name: record.told[name] for name in ("starts_on", "starts_time")}
        values: dict[str, Any] = {}
        for name, kind in (("provider", "providers"), ("service", "services"), ("location", "locations")):
            if name in told and (pk := self.house.find(kind, told[name])) is not None:
                values[f"{name}_id"] = pk
        if self.is_visit:
            fault = self._visit(told, values, record, place, thing)
            if fault:
                return {}, fault
        else:
            self._procedure(told, values, thing)
            if thing is None and not (values.get("code") or values.get("label") or values.get("service_id")):
                return {}, Refused(record.number, "missing", "code")
        if thing is None or thing.patient_id != patient:
            values["patient_id"] = patient
        if thing is not None:
            values = {name: value for name, value in values.items() if getattr(thing, name) != value}
        return values, None

    def _visit(
        self, told: Mapping[str, Any], values: dict[str, Any], record: Record, place: int | None, thing: Thing | None
    ) -> Refused | None:
        main = self.house.main.pk if self.house.main else None
        location = values.get("location_id") or (thing.location_id if isinstance(thing, Appointment) else None)
        location = location or place or main
        if location is None:
            return Refused(record.number, "unknown_location", "location")
        if thing is None:
            values["location_id"] = location
        if "starts_on" in told:
            zone = self.house.zones.get(location)
            local = datetime.combine(told["starts_on"], told["starts_time"], zone or timezone.get_default_timezone())
            values["starts_at"] = local.astimezone(UTC)
        if "visit_status" in told:
            values["status"] = told["visit_status"]
        elif thing is None:
            is_past = values["starts_at"] < timezone.now()
            values["status"] = (AppointmentStatus.KEPT if is_past else AppointmentStatus.BOOKED).value
        return None

    def _procedure(self, told: Mapping[str, Any], values: dict[str, Any], thing: Thing | None) -> None:
        for name, column in (("done_on", "done_on"), ("code", "code"), ("label", "label"), ("fee", "fee_cents")):
            if name in told:
                values[column] = told[name]
        if thing is None and "service_id" not in values and "label" in told:
            found = self.house.services.get(folded(told["label"]))
            if found is not None:
                values["service_id"] = found

    def save(self, weighed: WeighedVisits) -> None:
        """Write new and changed ones, a line for each, and the facts that follow from them."""
        made = self._make(weighed.new)
        for change in weighed.changed:
            for name, value in change.values.items():
                change.values[name] = [getattr(change.thing, name), value]
                setattr(change.thing, name, value)
        columns = sorted({name.removesuffix("_id") for change in weighed.changed for name in change.values})
        if columns:
            things: list[Any] = [change.thing for change in weighed.changed]
            self.model._default_manager.bulk_update(things, columns, batch_size=500)
        new, changed, met = (one.value for one in ImportLine.Outcome)
        lines = [(change, new, key) for change, key in made]
        lines += [(change, changed, change.thing.pk) for change in weighed.changed if change.thing]
        lines += [(change, met, change.thing.pk) for change in weighed.met if change.thing]
        self.lines.pour(self._line(key, *line) for key, line in zip(ids.many(len(lines)), lines, strict=True))
        facts.refresh({change.patient for change in (*weighed.new, *weighed.changed)})

    def _make(self, changes: list[VisitChange]) -> list[tuple[VisitChange, int]]:
        """Write new ones; return the key of each."""
        count = len(changes)
        if not count:
            return []
        keys = fresh_ids(self.model, count)
        if self.is_visit:
            names = refs(Appointment, "AP", count, self.count)
            self.things.pour(_visit_row(*one) for one in zip(keys, names, changes, strict=True))
        else:
            self.things.pour(_procedure_row(*one) for one in zip(keys, changes, strict=True))
        self.count += count
        for change in changes:
            change.values = {name: [None, value] for name, value in change.values.items()}
        return list(zip(changes, keys, strict=True))

    def _line(self, key: UUID, change: VisitChange, outcome: str, thing: int) -> Row:
        before = {name: [_as_json(old), _as_json(new)] for name, (old, new) in change.values.items()}
        sealed = self.sealed(key, json.dumps(before)) if before else None
        return key, change.record.number, outcome, change.patient, change.record.marks, sealed, thing


OF_VISIT = ("id", "ref", "external_id", "patient", "starts_at", "service", "provider", "location", "status")
OF_PROCEDURE = ("id", "external_id", "patient", "code", "label", "service", "provider", "done_on", "fee_cents")
OF_LINE = ("id", "row", "outcome", "patient", "marks", "before")


def _visit_row(key: int, ref: str, change: VisitChange) -> Row:
    told = change.values
    place, status = told["location_id"], told["status"]
    by, what = told.get("provider_id"), told.get("service_id")
    return key, ref, change.number, change.patient, told["starts_at"], what, by, place, status


def _procedure_row(key: int, change: VisitChange) -> Row:
    told = change.values
    code, label, fee = told.get("code", ""), told.get("label", ""), told.get("fee_cents", 0)
    by, what = told.get("provider_id"), told.get("service_id")
    return key, change.number, change.patient, code, label, what, by, told["done_on"], fee


def _as_json(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _patients(numbers: set[str]) -> dict[str, tuple[UUID, int | None]]:
    """Return number → (patient, their location)."""
    rows = Patient.objects.filter(external_id__in=numbers).order_by().values_list("external_id", "pk", "location")
    found: dict[str, tuple[UUID, int | None]] = {str(number): (pk, place) for number, pk, place in rows}
    if missing := numbers - found.keys():
        gone = Merge.objects.filter(gone_external_id__in=missing, undone_at__isnull=True)
        for number, pk, place in gone.values_list("gone_external_id", "survivor", "survivor__location"):
            found[number] = (pk, place)
    return found

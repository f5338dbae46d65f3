"""Taking back what a file brought, line by line; what somebody changed here since then stays, and is counted."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from journal.models import Entry
from journal.recording import record
from patients import actions, facts
from patients.consenting import Answer, record_consents_in_bulk
from patients.importing import standing
from patients.importing.fields import custom_attributes, fields_of
from patients.importing.newcomers import WORDING
from patients.importing.rows import MARK, NAME_BYTES, mark
from patients.importing.standing import CONSENTS, Pen, Standing, as_json, from_json
from patients.importing.working import TakenOver
from patients.models import (
    Appointment,
    Basis,
    Consent,
    ContactPoint,
    FileKind,
    ImportBatch,
    ImportLine,
    Patient,
    PatientStatus,
    PostalAddress,
    Procedure,
    Reader,
    ReaderKind,
)
from patients.states import target

AT_ONCE = 500
UNDONE = "import_undone"
# What a new person has by the import itself, or by machines that look at everybody: it holds nobody back.
OWN = frozenset(
    {
        *("patients.ImportLine", "patients.ImportQuestion", "patients.AttributeValue", "patients.LookAlike"),
        *("patients.Patient", "patients.ContactPoint", "patients.PostalAddress", "patients.Consent"),
    }
)


class Undoing:
    """Takes back one file.

    Args:
        batch: being undone; its cursor is the last row that was looked at.
    """

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.attributes = {one.slug: one for one in custom_attributes()}
        self.fields = fields_of(FileKind.PATIENTS, self.attributes.values())
        self.pen = Pen(self.attributes)
        self.by = _who_undoes(batch)

    def go_on(self, *, until: float | None = None) -> bool:
        """Take back group after group; return whether all is done.

        Args:
            until: a moment of `time.monotonic()` at which to stop; None means to the end.

        Raises:
            TakenOver: somebody else is at it.
        """
        while self._group():
            if until is not None and time.monotonic() >= until:
                return False
        return True

    @transaction.atomic
    def _group(self) -> bool:
        locked = ImportBatch.objects.select_for_update().get(pk=self.batch.pk)
        if (locked.state, locked.cursor) != (self.batch.state, self.batch.cursor):
            raise TakenOver
        rows = ImportLine.objects.filter(batch=locked, row__gt=locked.cursor).order_by("row")
        lines = list(rows.select_related("appointment", "procedure")[:AT_ONCE])
        if not lines:
            self._end(locked)
            return False
        kept = self._visits(lines) if locked.kind != FileKind.PATIENTS else self._people(lines)
        locked.cursor = lines[-1].row
        touched = sum(line.outcome != ImportLine.Outcome.MET for line in lines)
        locked.counts["restored"] = locked.count("restored") + touched - kept
        locked.counts["kept"] = locked.count("kept") + kept
        locked.save(update_fields=["cursor", "counts"])
        self.batch = locked
        return True

    def _end(self, locked: ImportBatch) -> None:
        locked.state, locked.undone_at = str(target(locked.state, "restore")), timezone.now()
        locked.save(update_fields=["state", "undone_at"])
        told: dict[str, Any] = {name: locked.count(name) for name in ("restored", "kept")}
        record("import.undone", subject=locked, by=self.by, **told)
        self.batch = locked

    def _people(self, lines: list[ImportLine]) -> int:
        people = standing.load({line.patient_id for line in lines}, lock=True)
        new = [line for line in lines if line.outcome == ImportLine.Outcome.NEW]
        touched = self._touched([people[line.patient_id] for line in new], {line.patient_id: line for line in new})
        gone = [people[line.patient_id] for line in new if line.patient_id not in touched]
        done = [line for line in lines if line.outcome == ImportLine.Outcome.MET]
        kept = len(touched)
        changes: list[tuple[Standing, dict[str, Any]]] = []
        answers: list[Answer] = []
        for line in lines:
            if line.outcome == ImportLine.Outcome.CHANGED:
                fields, is_whole = self._restorable(people[line.patient_id], json.loads(line.before or "{}"), answers)
                changes.append((people[line.patient_id], fields))
                kept += not is_whole
                done += [line] if is_whole else []
        self._restore(changes, answers)
        ImportLine.objects.filter(pk__in=[line.pk for line in done]).delete()
        self._remove(gone)
        return kept

    def _restorable(
        self, person: Standing, before: dict[str, list[Any]], answers: list[Answer]
    ) -> tuple[dict[str, Any], bool]:
        """Return field → what stood there, of what nobody changed since, and whether that is all."""
        fields: dict[str, Any] = {}
        is_whole = True
        for name, (old, new, basis) in before.items():
            if as_json(person.get(name)) != new:
                is_whole = False
            elif name in CONSENTS:
                is_whole &= self._answer(person, name, old, basis, answers)
            else:
                fields[name] = from_json(name, old, self.attributes)
        return fields, is_whole

    def _answer(self, person: Standing, name: str, old: bool | None, basis: str, answers: list[Answer]) -> bool:
        """Let the consent stand again that the file ended; a line of the ledger is superseded, never removed."""
        line = person.consents.get(name)
        if line is None or line.evidence.get("import") != self.batch.ref:
            return False
        if old is None:
            Consent.objects.filter(pk=line.pk).update(superseded_at=timezone.now())
            return True
        channel, purpose = CONSENTS[name]
        evidence = {"import": self.batch.ref}
        answers.append(Answer(person.reader.pk, channel, purpose, old, basis or Basis.NONE, evidence))
        return True

    def _restore(self, changes: list[tuple[Standing, dict[str, Any]]], answers: list[Answer]) -> None:
        for person, fields in changes:
            if "status" in fields and person.patient.status == PatientStatus.DECEASED:
                actions.mark_living(patient=person.patient, by=self.by)
                person.patient.status = fields["status"]
        self.pen.write([(person, fields) for person, fields in changes if fields])
        if answers:
            record_consents_in_bulk(answers, wording_version=WORDING, source=UNDONE, concerns=self.batch, by=self.by)
        if spent := [person.patient.pk for person, fields in changes if "spent_before" in fields]:
            facts.refresh(spent)

    def _touched(self, people: list[Standing], lines: dict[UUID, ImportLine]) -> set[UUID]:
        """Return the new people with whom something has happened here since they came."""
        touched = {one.patient.pk for one in people if one.patient.version != 1 or self._differs(one, lines)}
        by_reader = {one.reader.pk: one.patient.pk for one in people}
        touched |= _held(Patient, {one.patient.pk: one.patient.pk for one in people})
        touched |= _held(Reader, by_reader)
        others = ImportLine.objects.filter(patient__in=lines).exclude(batch=self.batch)
        touched |= set(others.values_list("patient", flat=True))
        said = Consent.objects.filter(reader__in=by_reader).exclude(evidence__import=self.batch.ref)
        touched |= {by_reader[reader] for reader in said.values_list("reader", flat=True)}
        names = {f"patient:{one.patient.ref}": one.patient.pk for one in people}
        told = Entry.objects.changes().filter(about__in=names).values_list("about", flat=True)
        return touched | {names[name] for name in told}

    def _differs(self, person: Standing, lines: dict[UUID, ImportLine]) -> bool:
        """Return whether some field says something else than the row did."""
        marks = bytes(lines[person.patient.pk].marks)
        told = {marks[at : at + NAME_BYTES]: marks[at : at + MARK] for at in range(0, len(marks), MARK)}
        for name in self.fields.keys() - {"provider", "location", "responsible"}:
            now = mark(name, person.get(name))
            if told.get(now[:NAME_BYTES], now) != now:
                return True
        return False

    def _remove(self, people: list[Standing]) -> None:
        """Remove people; of whoever said yes or no to letters, the ledger keeps a reader without a name."""
        if not people:
            return
        readers = [one.reader.pk for one in people]
        now = timezone.now()
        Consent.objects.standing().filter(reader__in=readers).update(superseded_at=now)
        ContactPoint.objects.filter(reader__in=readers).delete()
        PostalAddress.objects.filter(reader__in=readers).delete()
        Patient.objects.filter(pk__in=[one.patient.pk for one in people]).delete()
        said = set(Consent.objects.filter(reader__in=readers).order_by().values_list("reader", flat=True))
        Reader.objects.filter(pk__in=said).update(given_name="", family_name="", kind=ReaderKind.FORMER)
        Reader.objects.filter(pk__in=set(readers) - said).delete()

    def _visits(self, lines: list[ImportLine]) -> int:
        kept, gone, done = 0, defaultdict(list), []
        patients = {line.patient_id for line in lines}
        for line in lines:
            thing: Appointment | Procedure | None = line.appointment or line.procedure
            before = json.loads(line.before or "{}")
            if thing is None:
                continue
            is_own = {name: _plain(getattr(thing, name)) == new for name, (_old, new) in before.items()}
            if line.outcome == ImportLine.Outcome.NEW:
                if all(is_own.values()) and not _is_held(thing):
                    gone[type(thing)].append(thing.pk)
                else:
                    kept += 1
                continue
            restored = [name for name, is_ours in is_own.items() if is_ours]
            for name in restored:
                column: Any = thing._meta.get_field(name.removesuffix("_id"))
                setattr(thing, name, column.to_python(before[name][0]))
            if restored:
                thing.save(update_fields=[name.removesuffix("_id") for name in restored])
            kept += len(restored) < len(before)
            done += [line.pk] if len(restored) == len(before) else []
        for model, pks in gone.items():
            model.objects.filter(pk__in=pks).delete()
        ImportLine.objects.filter(pk__in=done).delete()
        facts.refresh(patients)
        return kept


def _held(model: type[models.Model], owners: dict[Any, UUID]) -> set[UUID]:
    """Return the patients to whom something points that the import did not bring, whatever room it belongs to."""
    held: set[UUID] = set()
    for relation in model._meta.related_objects:
        other = relation.related_model
        if other._meta.label in OWN or relation.field.name == "responsible":
            continue
        column = relation.field.name
        rows = other._base_manager.filter(**{f"{column}__in": list(owners)})
        held |= {owners[key] for key in rows.values_list(column, flat=True)}
    return held


def _is_held(thing: Appointment | Procedure) -> bool:
    """Return whether something points to a visit that the import did not bring."""
    for relation in thing._meta.related_objects:
        if relation.related_model._meta.label != "patients.ImportLine":
            rows = relation.related_model._base_manager.filter(**{relation.field.name: thing.pk})
            if rows.exists():
                return True
    return False


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _who_undoes(batch: ImportBatch) -> str:
    begun = Entry.objects.of(f"import:{batch.ref}").filter(verb="import.undo_begun").first()
    return begun.by if begun else batch.by

"""A group of rows written: the new, the changed, what they say to being written to, and a line for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from patients import actions, facts
from patients.consenting import IMPORT, Answer, record_consents_in_bulk
from patients.importing.fields import Field
from patients.importing.newcomers import WORDING, Newcomers
from patients.importing.standing import CONSENTS, Pen, as_json
from patients.importing.weighing import Change, Weighed
from patients.models import Attribute, Basis, ImportBatch, ImportLine, PatientStatus

GROUPS = ("phones", "emails", "addresses", "names", "consent", "status", "other")


def group_of(names: Iterable[str], fields: dict[str, Field]) -> str:
    """Return what a row changed most noticeably: one of GROUPS."""
    groups = {fields[name].group if name in fields else "other" for name in names}
    return next(group for group in GROUPS if group in groups)


def counted(weighed: Weighed, fields: dict[str, Field]) -> dict[str, Any]:
    """Return the counts of a group of rows: new, changed, what, same, questions, and what changes for letters."""
    changed = [change for change in weighed.changed if change.fields]
    return {
        "new": len(weighed.new),
        "changed": len(changed),
        "what": dict(Counter(group_of(change.fields, fields) for change in changed)),
        "same": weighed.same + len(weighed.changed) - len(changed),
        "questions": len(weighed.questions),
        "deceased": sum(change.fields.get("status") == PatientStatus.DECEASED for change in changed),
        "withdrawn": sum(any(change.fields.get(name) is False for name in CONSENTS) for change in changed),
    }


class Saver:
    """Writes what was weighed, in the transaction of whoever calls.

    Args:
        batch: the file.
        newcomers: who writes new people.
        attributes: the practice's attributes by slug.
    """

    def __init__(self, batch: ImportBatch, newcomers: Newcomers, attributes: dict[str, Attribute]) -> None:
        self.batch, self.newcomers, self.pen = batch, newcomers, Pen(attributes)

    def save(self, weighed: Weighed) -> None:
        """Write new and changed people."""
        self.newcomers.bring(weighed.new)
        if answers := self._change(weighed.changed):
            record_consents_in_bulk(
                answers, wording_version=WORDING, source=IMPORT, concerns=self.batch, by=self.batch.by
            )

    def _change(self, changes: list[Change]) -> list[Answer]:
        lines = [self._line(change) for change in changes if change.fields or change.record.marks]
        plain = []
        for change in changes:
            fields = {name: value for name, value in change.fields.items() if name not in CONSENTS}
            if fields.get("status") == PatientStatus.DECEASED:
                del fields["status"]
                actions.mark_deceased(patient=change.person.patient, by=self.batch.by)
                change.person.patient.status = PatientStatus.DECEASED
            if fields:
                plain.append((change.person, fields))
        self.pen.write(plain)
        ImportLine.objects.bulk_create(lines)
        if spent := [person.patient.pk for person, fields in plain if "spent_before" in fields]:
            facts.refresh(spent)
        return [answer for change in changes for answer in self._answers(change)]

    def _line(self, change: Change) -> ImportLine:
        bases = {name: consent.basis for name, consent in change.person.consents.items()}
        before = {
            name: [as_json(change.person.get(name)), as_json(value), bases.get(name, "")]
            for name, value in change.fields.items()
        }
        return ImportLine(
            batch=self.batch,
            row=change.record.number,
            outcome=ImportLine.Outcome.CHANGED if before else ImportLine.Outcome.MET,
            patient=change.person.patient,
            marks=change.record.marks,
            before=json.dumps(before) if before else None,
            waits_for="" if change.person.patient.responsible_id else change.record.told.get("responsible", ""),
        )

    def _answers(self, change: Change) -> Iterable[Answer]:
        for name in CONSENTS.keys() & change.fields.keys():
            channel, purpose = CONSENTS[name]
            said = bool(change.fields[name])
            yield Answer(
                change.person.reader.pk,
                channel,
                purpose,
                said,
                Basis.AGREED if said else Basis.NONE,
                {"import": self.batch.ref, "row": change.record.number},
            )

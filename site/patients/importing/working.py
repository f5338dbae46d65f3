"""The work on one file: surveyed, then block by block checked or saved; each block and how far it came in one go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from journal.recording import record
from patients.importing import blocks
from patients.importing.ahead import ahead
from patients.importing.dates import Order
from patients.importing.fields import custom_attributes, fields_of
from patients.importing.houses import House
from patients.importing.newcomers import Newcomers
from patients.importing.rows import Record, Refused, RowReader
from patients.importing.saving import Saver, counted
from patients.importing.survey import KEYS, survey
from patients.importing.tables import Row
from patients.importing.visits import Visits
from patients.importing.weighing import weigh
from patients.models import FileKind, ImportBatch, ImportFinding, ImportLine, ImportMapping, ImportQuestion, Patient
from patients.states import ImportState, target
from practice import clocks

LINKED_AT_ONCE = 2_000


class TakenOver(Exception):
    """Somebody else works on this file, or its state has changed: this work stops, nothing is lost."""


class Work:
    """What is needed for all blocks of one file, read once.

    Args:
        batch: in a state in which the machine works.
        assumes_month_first: nobody is there to ask about dates, so they are read as Americans write them.
    """

    def __init__(self, batch: ImportBatch, *, assumes_month_first: bool = False) -> None:
        self.batch = batch
        self.attributes = {one.slug: one for one in custom_attributes()}
        self.fields = fields_of(batch.kind, self.attributes.values())
        self.assumes_month_first = assumes_month_first
        self.house = House.load()
        self.is_saving = batch.state == ImportState.IMPORTING
        if not batch.is_surveyed:
            self._survey()
        self.reader = RowReader(
            batch.kind,
            self.fields,
            {int(place): name for place, name in batch.mapping.items()},
            self.batch.seen_orders,
            clocks.today(),
        )
        self.visits = None if batch.kind == FileKind.PATIENTS else Visits(batch, self.house)
        self.saver = None
        if self.is_saving and self.visits is None:
            self.saver = Saver(batch, Newcomers(batch, self.house, self.attributes), self.attributes)
        self.with_numbers = "external_id" in batch.mapping.values()

    def go_on(self, *, until: float | None = None) -> bool:
        """Do block after block; return whether the file is done.

        Args:
            until: a moment of `time.monotonic()` at which to stop; None means to the end.

        Raises:
            TakenOver: somebody else is at it.
        """
        for block in ahead(self._blocks()):
            if not self._is_done(block):
                self._do(*block)
            if until is not None and time.monotonic() >= until and self.batch.cursor < self.batch.blocks:
                return False
        self._end()
        return True

    def _is_done(self, block: tuple[int, list[Record], list[Refused]]) -> bool:
        return block[0] <= self.batch.cursor

    def _blocks(self) -> Iterator[tuple[int, list[Record], list[Refused]]]:
        """Yield the blocks that are still to be done, with every cell read."""
        after = self.batch.cursor
        rows: list[Row]
        for number, rows in enumerate(blocks.read(self.batch, after=after), after + 1):
            yield number, *self.reader.read(rows)

    def _survey(self) -> None:
        found = survey(self.batch, self.fields, self.batch.orders)
        if self.assumes_month_first:
            found.orders |= dict.fromkeys(found.asks, Order.MONTH_FIRST.value)
            found.asks.clear()
        with transaction.atomic():
            locked = self._locked()
            if locked.is_surveyed:
                raise TakenOver
            locked.findings.all().delete()
            for some in batched(found.twice(), blocks.ROWS):
                key = KEYS[locked.kind]
                ImportFinding.objects.bulk_create(
                    ImportFinding(batch=locked, row=row, field=key, code="twice", facts={"also": first})
                    for row, first in some
                )
            locked.seen_orders, locked.asks = found.orders, found.asks
            locked.is_surveyed, locked.cursor, locked.counts = True, 0, {}
            locked.save(update_fields=["seen_orders", "asks", "is_surveyed", "cursor", "counts"])
            self.batch = locked

    def _locked(self) -> ImportBatch:
        """Return the batch, held until the transaction ends.

        Raises:
            TakenOver: when its state or its cursor are not as this work left them.
        """
        locked = ImportBatch.objects.select_for_update().get(pk=self.batch.pk)
        if (locked.state, locked.cursor) != (self.batch.state, self.batch.cursor):
            raise TakenOver
        return locked

    def _do(self, number: int, records: list[Record], refused: list[Refused]) -> None:
        with transaction.atomic():
            locked = self._locked()
            numbers = [*(one.number for one in records), *(one.number for one in refused)]
            span = (min(numbers), max(numbers)) if numbers else (0, 0)
            again = dict(locked.findings.filter(row__range=span, code="twice").values_list("row", "facts"))
            records = [one for one in records if one.number not in again]
            refused = [one for one in refused if one.number not in again]
            counts = self._visited(records, refused) if self.visits else self._met(records, refused, span)
            ImportFinding.objects.bulk_create(
                ImportFinding(batch=locked, row=one.number, field=one.field, code=one.code, facts=one.facts)
                for one in refused
            )
            counts["refused"] = len(refused) + len(again)
            locked.counts = _added(locked.counts, counts)
            locked.counts["unknown"] = _added(locked.counts.get("unknown", {}), self.house.unknown)
            self.house.unknown = {}
            locked.cursor = number
            locked.save(update_fields=["counts", "cursor"])
        self.batch = locked

    def _met(self, records: list[Record], refused: list[Refused], span: tuple[int, int]) -> dict[str, Any]:
        answers: dict[int, tuple[UUID, str]] = {
            one.row: (one.patient_id, one.answer) for one in self.batch.questions.filter(row__range=span)
        }
        weighed = weigh(
            records,
            fields=self.fields,
            house=self.house,
            answers=answers if self.is_saving else {},
            with_numbers=self.with_numbers,
            asks=not self.is_saving,
            lock=self.is_saving,
        )
        refused += weighed.refused
        counts = counted(weighed, self.fields)
        if self.saver:
            self.saver.save(weighed)
        elif weighed.questions:
            self._ask(weighed.questions, answers)
        return counts

    def _ask(self, questions: list[Any], answers: dict[int, tuple[UUID, str]]) -> None:
        """Write questions; what somebody decided of a row before stands."""
        self.batch.questions.filter(row__in=[record.number for record, _verdict in questions]).exclude(
            decision__in=["same", "new"]
        ).delete()
        ImportQuestion.objects.bulk_create(
            [
                ImportQuestion(
                    batch=self.batch,
                    row=record.number,
                    patient_id=verdict.patient,
                    why=verdict.why,
                    suggestion=verdict.answer,
                )
                for record, verdict in questions
            ],
            ignore_conflicts=True,
        )

    def _visited(self, records: list[Record], refused: list[Refused]) -> dict[str, Any]:
        if self.visits is None:
            return {}
        weighed = self.visits.weigh(records)
        refused += weighed.refused
        if self.is_saving:
            self.visits.save(weighed)
        return {"new": len(weighed.new), "changed": len(weighed.changed), "same": weighed.same}

    def _end(self) -> None:
        """Let what is done be done: the check is shown, or what was saved is told."""
        if self.is_saving:
            self._link()
        with transaction.atomic():
            locked = self._locked()
            now = timezone.now()
            if self.is_saving:
                locked.state, locked.finished_at = str(target(locked.state, "finish")), now
                remember(locked)
                told: dict[str, Any] = {name: locked.count(name) for name in ("new", "changed", "same", "refused")}
                record("import.finished", subject=locked, by=locked.by, kind=locked.kind, rows=locked.rows, **told)
            else:
                locked.state, locked.checked_at = str(target(locked.state, "show")), now
            locked.save(update_fields=["state", "finished_at", "checked_at"])
        self.batch = locked

    def _link(self) -> None:
        """Let everybody be joined to who is responsible for them, where that row came later."""
        waiting = ImportLine.objects.filter(batch=self.batch).exclude(waits_for="")
        after = 0
        while some := list(
            waiting.filter(row__gt=after).order_by("row").values_list("row", "patient", "waits_for")[:LINKED_AT_ONCE]
        ):
            after = some[-1][0]
            numbers = {number for _row, _patient, number in some}
            known = dict(Patient.objects.filter(external_id__in=numbers).order_by().values_list("external_id", "pk"))
            people = [
                Patient(pk=patient, responsible_id=known[number])
                for _row, patient, number in some
                if number in known and known[number] != patient
            ]
            with transaction.atomic():
                Patient.objects.bulk_update(people, ["responsible"], batch_size=500)
                linked = [one.pk for one in people]
                ImportLine.objects.filter(batch=self.batch, patient__in=linked).update(waits_for="")


def remember(batch: ImportBatch) -> None:
    """Keep how a file was read, for the next with the same header."""
    ImportMapping.objects.update_or_create(
        signature=batch.signature,
        defaults={
            "kind": batch.kind,
            "mapping": batch.mapping,
            "orders": batch.orders,
            "basis": batch.basis,
            "by": batch.by,
            "used_at": timezone.now(),
        },
    )


def _added(counts: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return counts with others added, those within them too."""
    found = dict(counts)
    for name, value in more.items():
        found[name] = _added(found.get(name, {}), value) if isinstance(value, dict) else found.get(name, 0) + value
    return found

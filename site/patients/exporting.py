"""One person's whole record handed over: for machines, for spreadsheets and for reading (45 CFR 164.524)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal.recording import record
from patients import records
from patients.models import Patient
from patients.records import Person

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Why(models.TextChoices):
    """For what somebody is handed a record; it stands in the journal."""

    ASKED = "asked", _("The patient asked for it")
    REPRESENTATIVE = "representative", _("Somebody who may act for them asked for it")
    CARE = "care", _("For care somewhere else")
    LAW = "law", _("A court or an authority asked for it")


@transaction.atomic
def export(*, patient: Patient, reason: str, by: User) -> bytes:
    """Return the record as a ZIP: record.json, one CSV for each table, and index.html to read.

    Args:
        patient: whose.
        reason: one of Why.
        by: who hands it over.

    Raises:
        ValueError: for a reason that is none.
    """
    tables = [_Filled(table.name, table.columns, list(table.rows)) for table in _tables(patient)]
    record("patient.exported", subject=patient, by=by, about=patient, reason=Why(reason).value, tables=len(tables))
    made = timezone.now()
    whole = {
        "made_at": made.isoformat(),
        "reference": patient.ref,
        "tables": {one.name: one.as_rows() for one in tables},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("record.json", json.dumps(whole, ensure_ascii=False, indent=1))
        packed.writestr(
            "index.html",
            render_to_string("patients/exported.html", {"patient": patient, "tables": tables, "made": made}),
        )
        for one in tables:
            packed.writestr(f"{slugify(one.name)}.csv", one.as_csv())
    return out.getvalue()


class _Filled:
    """A table with its rows read."""

    def __init__(self, name: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
        self.name, self.columns = name, list(columns)
        self.rows = [["" if value is None else str(value) for value in row] for row in rows]

    def as_rows(self) -> list[dict[str, str]]:
        """Return each row by the names of the columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_csv(self) -> str:
        """Return the table for a spreadsheet; no cell can be a formula."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerows([self.columns, *([plain(value) for value in row] for row in self.rows)])
        return f"\ufeff{out.getvalue()}"


def _tables(patient: Patient) -> list[records.Table]:
    person = Person.of(patient)
    return [table for one in records.keepers() for table in one.export(person)]


def plain(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULAS) else value


def in_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table for a spreadsheet line by line, however long it is; no cell can be a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([plain(cell) for cell in row])


class _Echo:
    """Gives back what a CSV writer writes."""

    def write(self, line: str) -> str:
        return line

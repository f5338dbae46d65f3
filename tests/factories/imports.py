"""Makes files of patients, and takes them in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from patients.importing import actions
from patients.importing.working import Work
from patients.models import ImportBatch

HEADER = ["Patient ID", "First Name", "Last Name", "Birthdate", "Email", "Mobile Phone"]
ROW = ["1001", "Canary", "Importwren", "3/14/1955", "canaryimport@patients.example", "(360) 555-0142"]
BY = "user:US-TEST"


def table(*rows: Sequence[str], header: Sequence[str] | None = None, delimiter: str = ",") -> str:
    """Return a delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header or HEADER, *rows])
    return out.getvalue()


def taken(text: str | bytes, *, name: str = "patients.csv", **more: Any) -> ImportBatch:
    """Return a file that was taken in, not checked yet."""
    data = text.encode() if isinstance(text, str) else text
    given: dict[str, Any] = {"source": ImportBatch.Source.UPLOAD, "by": BY, **more}
    return actions.take(stream=io.BytesIO(data), name=name, **given)


def import_batch() -> ImportBatch:
    """Return a file of one new patient, not checked yet."""
    return taken(table(ROW))


def checked(text: str | bytes, **more: Any) -> ImportBatch:
    """Return a file that was checked to its end."""
    return finished(actions.check(batch=taken(text, **more), by=BY))


def saved(text: str | bytes, **more: Any) -> ImportBatch:
    """Return a file whose rows were saved without anybody being asked."""
    given: dict[str, Any] = {"source": ImportBatch.Source.COMMAND, **more}
    return finished(actions.start(batch=taken(text, **given), by=BY, decides=False), asks=False)


def finished(batch: ImportBatch, *, asks: bool = True) -> ImportBatch:
    """Do all the work on a file that is under way."""
    work = Work(batch, assumes_month_first=not asks)
    assert work.go_on()
    work.batch.refresh_from_db()
    return work.batch

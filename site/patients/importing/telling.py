"""What became of a file's rows, in figures and in words that repeat nothing of what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from patients.importing import blocks
from patients.importing.fields import Field, custom_attributes, fields_of
from patients.importing.refusals import said
from patients.models import ImportBatch, ImportFinding


def summary(batch: ImportBatch) -> dict[str, int]:
    """Return the figures: rows are accepted (new or changed), unchanged, rejected, or wait for a decision."""
    new, changed = batch.count("new"), batch.count("changed")
    return {
        "rows": batch.rows,
        "accepted": new + changed,
        "new": new,
        "changed": changed,
        "unchanged": batch.count("same"),
        "undecided": batch.count("questions"),
        "rejected": batch.count("refused"),
    }


def column_of(finding: ImportFinding, batch: ImportBatch, fields: dict[str, Field]) -> str:
    """Return the header of the column that a finding is about; the field's name where no column told it."""
    if not finding.field:
        return ""
    place = next((int(place) for place, name in batch.mapping.items() if name == finding.field), None)
    if place is not None:
        return batch.columns[place]
    return str(fields[finding.field].label) if finding.field in fields else ""


def rejections(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """Yield each rejected row: its number (the header is row 1), the column, the reason."""
    fields = fields_of(batch.kind, custom_attributes())
    columns: dict[str, str] = {}
    for finding in batch.findings.order_by("row").iterator(chunk_size=2_000):
        if finding.field not in columns:
            columns[finding.field] = column_of(finding, batch, fields)
        yield {"row": finding.row, "column": columns[finding.field], "reason": said(finding.code, finding.facts)}


@transaction.atomic
def forget_wholly(batch: ImportBatch) -> None:
    """Remove a file that was only tried: its batch, its findings, its rows on disk."""
    ImportBatch.objects.filter(pk=batch.pk, lines=None).delete()
    transaction.on_commit(lambda: blocks.forget(batch))

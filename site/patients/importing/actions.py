"""What people do with files from another system: take one in, have it checked, decide, save it, drop it, undo it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from journal.recording import Named, name_of, record
from patients.importing import blocks, mapping, tables
from patients.importing.dates import Order
from patients.importing.fields import custom_attributes, fields_of
from patients.importing.mapping import Columns
from patients.importing.refusals import FileRefused
from patients.models import Basis, FileKind, ImportBatch, ImportQuestion
from patients.states import BEFORE_SAVING, ImportState, target

BASES = frozenset({"", Basis.MAY_OBJECT.value})
LONGEST_NAME = 120


class Stale(Exception):
    """The file is not any more where this act would find it."""


class Undecided(Exception):
    """Something must be decided first; `left` is how many questions there are."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def take(
    *,
    stream: BinaryIO,
    name: str,
    source: str,
    by: Named | str | None,
    map_: object = None,
    basis: str = Basis.MAY_OBJECT,
    is_strict: bool = False,
) -> ImportBatch:
    """Take a file in: it is read to its end and sealed; nothing of it is saved yet.

    Args:
        stream: the file, which can be read again from its beginning.
        name: of the file, for people.
        source: a value of ImportBatch.Source.
        by: who brings it.
        map_: header → field, where somebody says how to read it; else as last time, else as the headers say.
        basis: on what letters to new people rest whose file says nothing of it.
        is_strict: refuse a file whose columns lack something; else somebody can still say which column it is.

    Returns:
        The batch, to be checked.

    Raises:
        FileRefused: nothing of it is kept.
    """
    batch = ImportBatch(
        name=name.replace("\x00", "")[-LONGEST_NAME:], source=source, by=name_of(by) or "system:goodword"
    )
    try:
        with tables.opened(stream) as table:
            columns = _columns(table.header, map_)
            if is_strict:
                insist(columns)
            stored = blocks.store(batch, table)
        batch.header = json.dumps(table.header)
        batch.kind, batch.signature = columns.kind, mapping.signature_of(table.header)
        batch.mapping = {str(place): field for place, field in columns.places.items()}
        batch.orders = columns.orders
        batch.basis = (columns.basis if columns.remembered else basis) if basis in BASES else ""
        batch.digest, batch.rows, batch.blocks = stored.digest, stored.rows, stored.blocks
        with transaction.atomic():
            batch.save(force_insert=True)
            record("import.taken", subject=batch, by=by, kind=batch.kind, rows=batch.rows, source=source)
    except BaseException:
        blocks.forget(batch)
        raise
    return batch


def _columns(header: list[str], map_: object) -> Columns:
    if map_ is not None:
        return mapping.given(header, map_)
    return mapping.remembered(header) or mapping.recognized(header)


def insist(columns: Columns) -> None:
    """Refuse columns that lack what every row needs.

    Raises:
        FileRefused: unknown_header, lacks.
    """
    if not columns.lacking:
        return
    if not columns.places or columns.kind == FileKind.PATIENTS:
        raise FileRefused("unknown_header")
    raise FileRefused("lacks", field=fields_of(columns.kind)[columns.lacking].label)


@transaction.atomic
def read_as(
    *, batch: ImportBatch, kind: str, places: Mapping[int, str], orders: Mapping[str, str], basis: str, by: Named | str
) -> ImportBatch:
    """Say how columns are read, and have the file checked anew.

    Args:
        batch: not saved yet.
        kind: what the file tells of.
        places: column → field; unknown fields are left out.
        orders: field → mdy or dmy, of date columns.
        basis: on what letters to new people rest.
        by: who says so.

    Raises:
        FileRefused: when what every row needs is told by no column, or two columns tell the same.
        Stale: when it is saved already.
    """
    locked = _locked(batch, BEFORE_SAVING)
    known = fields_of(kind, custom_attributes())
    chosen = {place: name for place, name in places.items() if name in known and 0 <= place < len(locked.columns)}
    for name in chosen.values():
        if list(chosen.values()).count(name) > 1:
            raise FileRefused("map_twice", field=known[name].label)
    insist(Columns(kind, chosen))
    locked.kind = kind
    locked.mapping = {str(place): name for place, name in sorted(chosen.items())}
    locked.orders = {name: order for name, order in orders.items() if name in known and order in set(Order)}
    locked.basis = basis if basis in BASES else ""
    locked.questions.all().delete()
    return _begin_check(locked, by)


@transaction.atomic
def check(*, batch: ImportBatch, by: Named | str | None) -> ImportBatch:
    """Have a file checked: nothing is saved, everything is told.

    Raises:
        Stale: when it is being checked, or saved already.
        FileRefused: when a column lacks that every row needs.
    """
    locked = _locked(batch, (ImportState.TAKEN, ImportState.CHECKED))
    insist(Columns(locked.kind, {int(place): name for place, name in locked.mapping.items()}))
    return _begin_check(locked, by)


def _begin_check(locked: ImportBatch, by: Named | str | None) -> ImportBatch:
    locked.state, locked.is_surveyed, locked.cursor, locked.counts = ImportState.CHECKING, False, 0, {}
    locked.asks, locked.checked_at = [], None
    locked.save()
    record("import.checked", subject=locked, by=by)
    return locked


@transaction.atomic
def decide(*, batch: ImportBatch, answers: Mapping[int, str], by: Named | str) -> int:
    """Say of rows whether they are somebody whom we have.

    Args:
        batch: checked, not saved yet.
        answers: row → same or new; rows that nobody asked about are left out.
        by: who decides.

    Returns:
        How many questions have no answer yet.
    """
    locked = _locked(batch, (ImportState.CHECKED,))
    known = set(ImportQuestion.Decision.values)
    decided = [one for one in locked.questions.all() if answers.get(one.row) in known]
    for one in decided:
        one.decision = answers[one.row]
    ImportQuestion.objects.bulk_update(decided, ["decision"], batch_size=500)
    if decided:
        record("import.decided", subject=locked, by=by, rows=len(decided))
    return locked.questions.filter(decision="", suggestion="").count()


@transaction.atomic
def start(*, batch: ImportBatch, by: Named | str | None, decides: bool = True) -> ImportBatch:
    """Save a file that was checked.

    Args:
        batch: checked; or, where nobody is there to look, just taken.
        by: who lets it in.
        decides: whether somebody could be asked; then every question must have an answer.

    Raises:
        Undecided: when a question has none, or nobody said how a column's dates are read.
        Stale: when it is being saved, or is over.
    """
    locked = _locked(batch, (ImportState.CHECKED, ImportState.TAKEN))
    left = locked.questions.filter(decision="", suggestion="").count()
    if decides and left:
        raise Undecided(left)
    locked.state = str(target(locked.state, "start"))
    locked.is_surveyed, locked.cursor, locked.counts = False, 0, {}
    locked.started_at, locked.by = timezone.now(), name_of(by) or locked.by
    locked.save()
    record("import.started", subject=locked, by=by, rows=locked.rows)
    return locked


@transaction.atomic
def drop(*, batch: ImportBatch, by: Named | str) -> ImportBatch:
    """Leave a file that was not saved; its rows are deleted from disk.

    Raises:
        Stale: when it is being saved, or is over.
    """
    locked = _locked(batch, BEFORE_SAVING)
    locked.state = str(target(locked.state, "drop"))
    locked.forgotten_at = timezone.now()
    locked.save()
    record("import.dropped", subject=locked, by=by)
    transaction.on_commit(lambda: blocks.forget(locked))
    return locked


@transaction.atomic
def undo(*, batch: ImportBatch, by: Named | str) -> ImportBatch:
    """Take back all that a file brought, but what somebody changed here since then.

    Raises:
        Stale: when it was never saved, is being undone, or is older than 30 days.
    """
    locked = _locked(batch, (ImportState.IMPORTED,))
    if not locked.can_be_undone:
        raise Stale
    locked.state, locked.cursor = str(target(locked.state, "undo")), 0
    locked.counts = {**locked.counts, "restored": 0, "kept": 0}
    locked.save(update_fields=["state", "cursor", "counts"])
    record("import.undo_begun", subject=locked, by=by)
    return locked


def _locked(batch: ImportBatch, states: Any) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in states:
        raise Stale
    return locked

"""A file's rows, sealed on disk in blocks: any of them is opened by itself, none can be altered, moved or dropped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched, chain
from pathlib import Path
from typing import IO
from uuid import UUID

from patients.importing.tables import Row, Table
from patients.models import ImportBatch
from vault import sealing

ROWS = 2_000
LARGEST = 4 << 20  # characters: rows of long cells make a block of fewer


@dataclass(frozen=True)
class Stored:
    """How many blocks and rows were sealed, and the SHA-256 of all that they hold."""

    blocks: int
    rows: int
    digest: str


def _place(key: UUID, number: int, *, is_last: bool) -> str:
    return f"patients_importbatch.rows.{key}.{number}.{'last' if is_last else 'more'}"


def store(batch: ImportBatch, table: Table) -> Stored:
    """Seal a table's rows; nothing is left on disk where the table turns out to be none.

    Raises:
        FileRefused: as the rows are read.
    """
    path = batch.path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            stored = _write(out, batch.pk, table)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return stored


def _write(out: IO[bytes], key: UUID, table: Table) -> Stored:
    digest = hashlib.sha256(json.dumps(table.header).encode())
    rows, number, pending = 0, 0, b""
    for block in _divided(table.rows):
        plain = json.dumps([(row.number, row.fault, row.cells) for row in block], separators=(",", ":")).encode()
        digest.update(plain)
        rows += len(block)
        if pending:
            number += 1
            _seal(out, key, pending, number, is_last=False)
        pending = plain
    number += 1
    _seal(out, key, pending, number, is_last=True)
    return Stored(number, rows, digest.hexdigest())


def _divided(rows: Iterator[Row]) -> Iterator[list[Row]]:
    for many in batched(rows, ROWS):
        sizes = [sum(map(len, row.cells)) for row in many]
        if sum(sizes) <= LARGEST:
            yield list(many)
            continue
        block: list[Row] = []
        size = 0
        for row, length in zip(many, sizes, strict=True):
            if block and size + length > LARGEST:
                yield block
                block, size = [], 0
            block.append(row)
            size += length
        yield block


def _seal(out: IO[bytes], key: UUID, plain: bytes, number: int, *, is_last: bool) -> None:
    sealed = sealing.seal(plain, place=_place(key, number, is_last=is_last))
    out.write(len(sealed).to_bytes(4, "big") + sealed)


def read(batch: ImportBatch, *, after: int = 0) -> Iterator[list[Row]]:
    """Yield the blocks behind the first `after`.

    Raises:
        SealBroken: when one was altered, dropped or swapped.
        FileNotFoundError: when the file was deleted, as it is after 30 days.
    """
    with batch.path.open("rb") as file:
        for number in range(1, batch.blocks + 1):
            length = int.from_bytes(file.read(4), "big")
            if number <= after:
                file.seek(length, os.SEEK_CUR)
                continue
            place = _place(batch.pk, number, is_last=number == batch.blocks)
            plain = json.loads(sealing.unseal(file.read(length), place=place))
            yield [Row(row, cells, fault) for row, fault, cells in plain]


def forget(batch: ImportBatch) -> None:
    """Delete the rows from disk."""
    Path(batch.path).unlink(missing_ok=True)


def cells(batch: ImportBatch) -> Iterator[Row]:
    """Yield every row."""
    return chain.from_iterable(read(batch))

"""A row as what it tells: every cell read as its column's field, with marks by which a repetition is recognized."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as left_out
from datetime import date, time
from functools import lru_cache, partial
from typing import Any

from patients.importing import values
from patients.importing.fields import NEEDED, Field, Parse, parser_of
from patients.importing.refusals import Fault
from patients.importing.tables import Row
from patients.models.imports import FileKind
from vault.keys import derived, lasting_id

NAME_BYTES, VALUE_BYTES = 3, 5
MARK = NAME_BYTES + VALUE_BYTES
REMEMBERED = 1_024  # of one column
NOON = time(12)  # of a visit whose file tells only the day


@dataclass(slots=True)
class Record:
    """What one row tells: field → value, each in its one form; empty cells tell nothing."""

    number: int
    told: dict[str, Any]
    marks: bytes = b""


@dataclass(slots=True)
class Refused:
    """A row that cannot be taken: the field and the reason."""

    number: int
    code: str
    field: str = ""
    facts: dict[str, Any] = left_out(default_factory=dict)


@lru_cache(maxsize=512)
def _keyed(name: str) -> tuple[bytes, Any]:
    key = derived("import.marks", lasting_id())
    return (
        hashlib.blake2b(name.encode(), digest_size=NAME_BYTES).digest(),
        hashlib.blake2b(name.encode() + b"\0", digest_size=VALUE_BYTES, key=key),
    )


def mark(name: str, value: Any) -> bytes:
    """Return the mark of one field's value."""
    head, hasher = _keyed(name)
    hasher = hasher.copy()
    hasher.update(str(value).encode("utf-8", "surrogatepass"))
    return bytes(head + hasher.digest())


def has_mark(marks: bytes, one: bytes) -> bool:
    """Return whether a mark is among others."""
    return any(marks[at : at + MARK] == one for at in range(0, len(marks), MARK))


class _Known(dict[Any, Any]):
    """Answers that are given again and again: remembered, but no more than so many.

    Args:
        answer: finds one; its refusals are not remembered.
    """

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self.answer = answer

    def __missing__(self, asked: Any) -> Any:
        found = self.answer(asked)
        if len(self) < REMEMBERED:
            self[asked] = found
        return found


def _reading(parse: Parse) -> Callable[[str], Any]:
    """Return what reads a whole cell; None where it tells nothing."""

    def read(cell: str) -> Any:
        text = values.plain(cell)
        value = parse(text) if text else None
        return None if value == "" else value

    return read


class RowReader:
    """Reads the rows of one file; it knows no database.

    Args:
        kind: of the file.
        fields: its fields by name.
        places: column → field.
        orders: field → which comes first, where a date column had to be decided.
        today: the day it is at the practice.
    """

    def __init__(
        self, kind: str, fields: Mapping[str, Field], places: Mapping[int, str], orders: Mapping[str, str], today: date
    ) -> None:
        self.kind = kind
        self.columns = [
            (place, name, _Known(_reading(parser_of(fields[name], orders.get(name, ""), today))))
            for place, name in places.items()
        ]
        self.marks = _Known(lambda name: _Known(partial(mark, name)))

    def read(self, rows: Iterable[Row]) -> tuple[list[Record], list[Refused]]:
        """Return the rows that can be taken, and those that cannot."""
        records, refused = [], []
        for row in rows:
            name = ""
            try:
                if row.fault:
                    raise Fault(row.fault)
                told: dict[str, Any] = {}
                cells = row.cells
                for place, name, known in self.columns:
                    if (value := known[cells[place]]) is not None:
                        told[name] = value
                name = ""
                self._finish(told)
            except Fault as fault:
                refused.append(Refused(row.number, fault.code, fault.field or name, fault.facts))
            else:
                records.append(Record(row.number, told, self._marks_of(told)))
        return records, refused

    def _marks_of(self, told: dict[str, Any]) -> bytes:
        """Return the marks of all that a row tells, in the order of the fields' names."""
        marks = self.marks
        return b"".join([marks[name][told[name]] for name in sorted(told)])

    def _finish(self, told: dict[str, Any]) -> None:
        if self.kind == FileKind.PATIENTS:
            _finish_person(told)
        elif self.kind == FileKind.APPOINTMENTS:
            _finish_visit(told)
        for needed in NEEDED[self.kind]:
            if needed not in told and needed != "family_name":
                raise Fault("missing", needed)


def _finish_person(told: dict[str, Any]) -> None:
    if "name" in told:
        given, family = told.pop("name")
        if family:
            told.setdefault("family_name", family)
        if given:
            told.setdefault("given_name", given)
    if "given_name" not in told and "family_name" not in told:
        raise Fault("no_name", "family_name")
    if "street_2" in told:
        joined = ", ".join(part for part in (told.get("street", ""), told.pop("street_2")) if part)
        if len(joined) > 160:
            raise Fault("too_long", "street")
        told["street"] = joined
    if told.get("responsible") is not None and told["responsible"] == told.get("external_id"):
        del told["responsible"]


def _finish_visit(told: dict[str, Any]) -> None:
    if "starts_on" not in told:
        return
    day, at = told.pop("starts_on")
    at = told.pop("starts_time", None) or at
    if day is None:
        return
    told["starts_on"] = day
    told["starts_time"] = at or NOON

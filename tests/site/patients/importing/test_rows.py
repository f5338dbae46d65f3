"""Rows are read cell by cell; what is said again and again is read once, and says the same."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from patients.importing import rows
from patients.importing.fields import fields_of
from patients.importing.rows import RowReader
from patients.importing.tables import Row
from patients.models.imports import FileKind

FIELDS = fields_of(FileKind.PATIENTS)
PLACES = dict(enumerate(["external_id", "family_name", "born_on", "mobile", "city", "consent_email", "spent_before"]))
SAID = ["", " ", "7", "Ann", "=1+1", "3/14/1955", "(360) 555-0142", "Yes", "no", "12.50", "\x00", "#REF!"]
CELL = st.sampled_from(SAID)
ROWS = st.lists(st.lists(CELL, min_size=len(PLACES), max_size=len(PLACES)), max_size=12)


def reader() -> RowReader:
    return RowReader(FileKind.PATIENTS, FIELDS, PLACES, {"born_on": "mdy"}, date(2026, 11, 23))


@given(ROWS)
def test_a_row_says_the_same_whatever_was_read_before_it(table: list[list[str]]) -> None:
    read = [Row(number, cells) for number, cells in enumerate(table, 2)]
    together = reader().read(read)
    alone = [reader().read([row]) for row in read]
    assert together[0] == [record for records, _refused in alone for record in records]
    assert together[1] == [one for _records, refused in alone for one in refused]


@given(ROWS)
def test_a_mark_is_of_the_field_and_its_value(table: list[list[str]]) -> None:
    for record in reader().read([Row(number, cells) for number, cells in enumerate(table, 2)])[0]:
        expected = [rows.mark(name, record.told[name]) for name in sorted(record.told)]
        assert record.marks == b"".join(expected)


def test_no_more_is_remembered_than_so_much() -> None:
    one = reader()
    one.read([Row(number, [str(number), f"Name{number}", "", "", "", "", ""]) for number in range(3_000)])
    assert max(len(known) for _place, _name, known in one.columns) == rows.REMEMBERED

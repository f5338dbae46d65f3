"""Files become tables: encodings and delimiters are found, and what is hostile is told and harms nothing."""

from __future__ import annotations

import io
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients.importing import sheets, tables
from patients.importing.refusals import FileRefused
from tests.site.patients.importing import books

PLAIN = "Patient ID,First Name,Last Name\n1,Zoë,Núñez\n2,José,Peña\n"


def read(data: bytes) -> tuple[list[str], list[tuple[int, list[str], str]]]:
    with tables.opened(io.BytesIO(data)) as table:
        return table.header, [(row.number, row.cells, row.fault) for row in table.rows]


def refused(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data)
    assert str(caught.value)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_delimiter_is_found(encoding: str, delimiter: str) -> None:
    header, rows = read(PLAIN.replace(",", delimiter).encode(encoding))
    assert header == ["Patient ID", "First Name", "Last Name"]
    assert [cells for _number, cells, _fault in rows] == [["1", "Zoë", "Núñez"], ["2", "José", "Peña"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(end: str) -> None:
    assert len(read(PLAIN.replace("\n", end).encode())[1]) == 2


def test_rows_are_numbered_as_a_spreadsheet_counts_them() -> None:
    header, rows = read(b'A,B\n\n"1\nsecond line",x\n\n2,y\n')
    assert header == ["A", "B"]
    assert [number for number, _cells, _fault in rows] == [3, 5]


def test_a_spreadsheets_own_hint_is_obeyed() -> None:
    assert read(b"sep=;\nA;B,C\n1;2\n") == (["A", "B,C"], [(2, ["1", "2"], "")])


def test_rows_of_another_width_are_told_by_themselves() -> None:
    _header, rows = read(b"A,B\n1,2,3\n1,2,\n1\n")
    assert [fault for _number, _cells, fault in rows] == ["more_cells", "", "fewer_cells"]


@pytest.mark.parametrize(
    ("data", "why", "row"),
    [
        (b"", "empty", None),
        (b" \r\n\n\t", "empty", None),
        (b"A,B\n", "no_rows", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary", None),
        (b"%PDF-1.7\n%\xe2\xe3", "binary", None),
        (b"MZ\x90\x00", "binary", None),
        (bytes([1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17]) * 100, "binary", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel", None),
        (b"<!DOCTYPE html><html><body><table><tr><td>A</td></tr></table>", "markup", None),
        (b'A,B\n1,"never closed\n2,x\n3,y\n', "quote", 2),
        (b'A,B\n1,"closed"odd\n', "quote", 2),
        (b"A,B\n1," + b"x" * 10_000_000 + b"\n", "long_row", 2),
        (b'A,B\n1,ok\n2,"' + b"y\n" * 700_000, "long_row", 3),
        (b",".join(b"c%d" % n for n in range(100_000)) + b"\n1\n", "too_many_columns", None),
        (b"Email,First Name,EMAIL\n1,2,3\n", "duplicate_header", None),
        ("A,B\n1,ä\n2,ö\n3,ü\n".encode() + "4,ä\n".encode("cp1252"), "mixed_encodings", 5),
        ("A,B\n1,é\n2,è\n".encode("cp1252") + "3,ç\n".encode(), "mixed_encodings", 4),
        ("A,B\n1,x\n".encode("utf-16") + b"\x00", "encoding", None),
    ],
)
def test_hostile_text_is_refused_with_a_clear_word(data: bytes, why: str, row: int | None) -> None:
    error = refused(data)
    assert error.why == why
    assert row is None or (error.facts["row"] == row and str(row) in str(error))


def test_a_huge_row_costs_no_more_memory_than_a_row_may_have() -> None:
    stream = io.BytesIO(b'A,B\n1,"' + b"x" * 60_000_000)
    tracemalloc.start()
    with pytest.raises(FileRefused), tables.opened(stream) as table:
        list(table.rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25_000_000


def test_a_workbook_is_read_as_its_program_shows_it() -> None:
    data = books.workbook(
        ["Patient ID", "DOB", "Visit", "Zip", "Paid", "Ok", "Sum"],
        [1001, books.DAY, books.MOMENT, 98299, 12.5, True, "=1+1"],
        [],
        ["x", None, None, "01234"],
    )
    header, rows = read(data)
    assert header == ["Patient ID", "DOB", "Visit", "Zip", "Paid", "Ok", "Sum"]
    assert rows[0][1][:6] == ["1001", "1955-03-14", "2026-11-30 09:40:00", "98299", "12.5", "yes"]
    assert rows[1][0] == 4
    assert rows[1][1] == ["x", "", "", "01234", "", "", ""]


def test_a_formula_of_a_workbook_is_never_evaluated() -> None:
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>'
    formula = '<row r="2"><c r="A2"><f>HYPERLINK("http://evil.example")</f><v>7</v></c></row>'
    assert read(books.made_by_hand(books.sheet(cell + formula)))[1] == [(2, ["7"], "")]


def test_shared_texts_are_found_by_number() -> None:
    strings = f'<sst xmlns="{books.MAIN}"><si><t>A</t></si><si><r><t>Mar</t></r><r><t>garet</t></r></si></sst>'
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    assert read(books.made_by_hand(books.sheet(rows), strings=strings)) == (["A"], [(2, ["Margaret"], "")])


BOMB = "<row><c><v>" + "0" * 30_000_000 + "</v></c></row>"
LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
)
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData/></worksheet>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (books.made_by_hand(books.sheet(BOMB)), "bomb"),
        (books.made_by_hand(LAUGHS), "broken_workbook"),
        (books.made_by_hand(OUTSIDE), "broken_workbook"),
        (books.made_by_hand("<worksheet><sheetData><row>"), "broken_workbook"),
        (books.made_by_hand(books.sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')), "broken_workbook"),
        (books.made_by_hand(books.sheet('<row r="5"/><row r="2"/>')), "broken_workbook"),
        (books.made_by_hand(books.sheet('<row><c r="ZZZ1"><v>1</v></c></row>')), "too_many_columns"),
        (books.made_by_hand(books.sheet('<row><c t="str"><v>' + "x1y" * 400_000 + "</v></c></row>")), "long_row"),
        (books.workbook(["A"], ["1"])[:-200], "broken_workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "broken_workbook"),
    ],
)
def test_hostile_workbooks_are_refused_with_a_clear_word(data: bytes, why: str) -> None:
    assert refused(data).why == why


def test_another_archive_is_no_workbook() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refused(out.getvalue()).why == "no_workbook"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = books.made_by_hand(books.sheet(BOMB))
    tracemalloc.start()
    refused(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


def test_the_head_tells_a_workbook() -> None:
    assert sheets.looks_like(b"PK\x03\x04")
    assert not sheets.looks_like(b"Patient")


CELL = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12).map(lambda text: text.strip())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_what_is_read(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["One", "Two", "Three"], *rows])
    wanted = [cells for cells in rows if any(cells)]
    if not wanted:
        return
    _header, found = read(out.getvalue().encode(encoding))
    assert [cells for _number, cells, _fault in found] == wanted


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    with suppress(FileRefused):
        read(data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_no_damaged_workbook_breaks_it(place: int, damage: bytes) -> None:
    data = bytearray(books.workbook(["A", "B"], ["1", "2"]))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with suppress(FileRefused):
        read(bytes(data))

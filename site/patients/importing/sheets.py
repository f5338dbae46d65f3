"""Rows of an XLSX workbook's first sheet: streamed, bounded before and while reading, formulas never evaluated."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from patients.importing import sheet_parts
from patients.importing.refusals import FileRefused
from patients.importing.sheet_parts import Strings, Styles

LONGEST = 1_000_000
MOST_COLUMNS = 500
MOST_MEMBERS = 5_000
MOST_UNPACKED = 4 << 30
SMALL = 16 << 20  # bytes that any part may have, however well they were packed
MOST_RATIO = 120  # a sheet of text packs 5 to 30 times
PIECE = 1 << 16
LETTERS = re.compile(r"[A-Z]{1,3}")


def looks_like(head: bytes) -> bool:
    """Return whether a file begins as an archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read(stream: BinaryIO) -> Generator[list[str]]:
    """Yield the rows of the first visible sheet, the header first; a row that the sheet skips is an empty list.

    Raises:
        FileRefused: no_workbook, locked_workbook, broken_workbook, bomb, long_row, too_many_columns.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _bound(archive)
            parts = sheet_parts.Parts(archive, member)
            with parts.strings() as strings:
                yield from _rows(archive, parts.sheet, strings, parts.styles())
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, ValueError, IndexError, KeyError) as error:
        raise FileRefused("broken_workbook") from error
    except (RuntimeError, NotImplementedError) as error:  # a password, or a packing that no spreadsheet writes
        raise FileRefused("locked_workbook") from error


def _bound(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that would unpack to far more than a table, before anything of it is read."""
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise FileRefused("locked_workbook")
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise FileRefused("bomb")
    for one in members:
        if one.file_size > SMALL and one.file_size > MOST_RATIO * max(1, one.compress_size):
            raise FileRefused("bomb")


def member(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield one part piece by piece, never more than its header says.

    Raises:
        FileRefused: bomb.
    """
    info = archive.getinfo(name)
    taken = 0
    with archive.open(info) as part:
        while piece := part.read(PIECE):
            taken += len(piece)
            if taken > info.file_size or (taken > SMALL and taken > MOST_RATIO * max(1, info.compress_size)):
                raise FileRefused("bomb")
            yield piece


class _Sheet:
    """Turns the events of a sheet's XML into rows."""

    def __init__(self, strings: Strings, styles: Styles) -> None:
        self.strings, self.styles = strings, styles
        self.done: deque[list[str]] = deque()
        self.row = 0
        self.size = 0
        self.cells: list[str] = []
        self.text: list[str] = []
        self.column, self.type, self.style, self.is_open = 0, "", 0, False

    def start(self, name: str, given: dict[str, Any]) -> None:
        """Take an opening tag."""
        name = name.rpartition(":")[2]
        if name == "c":
            place = LETTERS.match(given.get("r", ""))
            self.column = _number(place[0]) if place else len(self.cells)
            if self.column >= MOST_COLUMNS:
                raise FileRefused("too_many_columns", limit=MOST_COLUMNS)
            self.type, self.style, self.text = given.get("t", "n"), int(given.get("s", 0)), []
        elif name in {"v", "t"}:
            self.is_open = True
        elif name == "row":
            wanted = int(given.get("r", self.row + 1))
            if wanted <= self.row or wanted > 1_048_576:
                raise FileRefused("broken_workbook")
            self.done.extend([] for _missing in range(min(wanted - self.row - 1, 1_048_576)))
            self.row, self.cells, self.size = wanted, [], 0

    def data(self, text: str) -> None:
        """Take text."""
        if self.is_open:
            self.size += len(text)
            if self.size > LONGEST:
                raise FileRefused("long_row", row=self.row)
            self.text.append(text)

    def end(self, name: str) -> None:
        """Take a closing tag."""
        name = name.rpartition(":")[2]
        if name in {"v", "t"}:
            self.is_open = False
        elif name == "c":
            self._place("".join(self.text))
        elif name == "row":
            self.done.append(self.cells)

    def _place(self, raw: str) -> None:
        if not raw:
            return
        if self.type == "s":
            raw = self.strings[int(raw)]
        elif self.type == "b":
            raw = "yes" if raw == "1" else "no"
        elif self.type == "n":
            raw = self.styles.said(raw, self.style)
        while len(self.cells) <= self.column:
            self.cells.append("")
        self.cells[self.column] = raw


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


def _rows(archive: zipfile.ZipFile, name: str, strings: Strings, styles: Styles) -> Iterator[list[str]]:
    sheet = _Sheet(strings, styles)
    parser = sheet_parts.parser(sheet.start, sheet.end, sheet.data)
    for piece in member(archive, name):
        parser.Parse(piece)
        while sheet.done:
            yield sheet.done.popleft()
    parser.Parse(b"", True)
    while sheet.done:
        yield sheet.done.popleft()

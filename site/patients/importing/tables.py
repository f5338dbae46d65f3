"""A file as a table: a header that names each column once, and numbered rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from patients.importing import delimited, sheets
from patients.importing.refusals import FileRefused

MOST_COLUMNS = sheets.MOST_COLUMNS
MOST_ROWS = 5_000_000


class Row(NamedTuple):
    """One row: its number as spreadsheets count (the header is row 1), its cells, and what its shape lacks."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """The header's names in their order, and the rows, which are read as they are asked for."""

    header: list[str]
    rows: Iterator[Row]


@contextmanager
def opened(stream: BinaryIO) -> Iterator[Table]:
    """Give the table in a file that can be read again from its beginning.

    Raises:
        FileRefused: at once, or while its rows are read.
    """
    stream.seek(0)
    is_sheet = sheets.looks_like(stream.read(4))
    with closing(sheets.read(stream) if is_sheet else delimited.read(stream)) as found:
        lines = enumerate(found, 1)
        header: list[str] = next((cells for _number, cells in lines if any(map(str.strip, cells))), [])
        if not header:
            raise FileRefused("empty")
        header = [" ".join(cell.split()) for cell in header]
        while not header[-1]:
            header.pop()
        _look_at(header)
        yield Table(header, _rows(lines, len(header), pads=is_sheet))


def _look_at(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", limit=MOST_COLUMNS)
    seen: dict[str, int] = {}
    for place, name in enumerate(header, 1):
        if name and (first := seen.setdefault(name.casefold(), place)) != place:
            raise FileRefused("duplicate_header", first=letters(first), second=letters(place))


def letters(place: int) -> str:
    """Return a column's letters as a spreadsheet has them: 1 is A, 28 is AB."""
    found = ""
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _rows(lines: Iterator[tuple[int, list[str]]], width: int, *, pads: bool) -> Iterator[Row]:
    count = 0
    for number, cells in lines:
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise FileRefused("too_many_rows", limit=f"{MOST_ROWS:,}")
        if len(cells) == width:
            yield Row(number, cells)
        elif len(cells) > width:
            is_blank = not any(cell.strip() for cell in cells[width:])
            yield Row(number, cells[:width], "" if is_blank else "more_cells")
        else:
            yield Row(number, cells + [""] * (width - len(cells)), "" if pads else "fewer_cells")
    if not count:
        raise FileRefused("no_rows")

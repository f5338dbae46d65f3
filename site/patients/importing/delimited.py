"""Rows of a delimited text: the delimiter found, every row bounded, each fault with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator
from typing import BinaryIO, TextIO

from patients.importing.encodings import encoding_of
from patients.importing.refusals import FileRefused

LONGEST = 1_000_000  # characters of one row, over all of its lines
DELIMITERS = ",;\t|"


class _Lines:
    """The lines of a text; how many characters the present row has taken is bounded."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.taken, self.row = text, 0, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST + 1)
        self.taken += len(line)
        if self.taken > LONGEST:
            raise FileRefused("long_row", row=self.row + 1)
        if not line:
            raise StopIteration
        return line

    def begin(self, row: int) -> None:
        """Start to count a new row."""
        self.row, self.taken = row, 0


def read(stream: BinaryIO) -> Generator[list[str]]:
    """Yield the rows of a delimited text, the header first; a blank line is an empty list.

    Raises:
        FileRefused: for what cannot be read to its end; nothing is left out silently.
    """
    encoding = encoding_of(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    lines = _Lines(text)
    try:
        delimiter = _delimiter(text)
        if csv.field_size_limit() < LONGEST:
            csv.field_size_limit(LONGEST)
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), 1):
            yield row
            lines.begin(number)
    except UnicodeError as error:
        raise FileRefused("encoding", row=lines.row + 1, encoding=encoding.upper()) from error
    except csv.Error as error:
        raise FileRefused("quote", row=lines.row + 1) from error
    finally:
        text.detach()


def _delimiter(text: TextIO) -> str:
    """Return what divides the header, and go to the first line: behind "sep=;", which spreadsheets write."""
    start = text.tell()
    head = text.readline(LONGEST)
    while head and not head.strip():
        head = text.readline(LONGEST)
    if head.lower().startswith("sep=") and len(head.strip()) == len("sep=") + 1:
        return head[4]
    text.seek(start)
    return max(DELIMITERS, key=lambda sign: len(_divided(head, sign)))


def _divided(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return line.split(delimiter)

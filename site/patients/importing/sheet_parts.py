"""The other parts of a workbook: which sheet is the first, its shared texts, and which numbers are dates."""

from __future__ import annotations

import posixpath
import re
import tempfile
import zipfile
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

from patients.importing.refusals import FileRefused

Member = Callable[[zipfile.ZipFile, str], Iterator[bytes]]
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
DATE_SIGNS = re.compile(r"[ymdhs]", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
MOST_STYLES = 100_000


def parser(
    start: Callable[[str, dict[str, Any]], None], end: Callable[[str], None], data: Callable[[str], None]
) -> expat.XMLParserType:
    """Return a parser that refuses every document type, and with it every entity and every file elsewhere."""

    def refuse(*_given: Any) -> None:
        raise FileRefused("broken_workbook")

    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, data
    made.StartDoctypeDeclHandler = made.EntityDeclHandler = refuse
    return made


class Strings:
    """The shared texts of a workbook, on disk, so that a million of them cost eight bytes each."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.ends = array("Q")
        self.at = lru_cache(maxsize=4096)(self._at)

    def add(self, text: str) -> None:
        """Append one."""
        self.file.write(text.encode("utf-8", "surrogatepass"))
        self.ends.append(self.file.tell())

    def __getitem__(self, number: int) -> str:
        return self.at(number)

    def _at(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        begin = self.ends[number - 1] if number else 0
        self.file.seek(begin)
        return self.file.read(self.ends[number] - begin).decode("utf-8", "surrogatepass")


class Styles:
    """Which cell styles show a number as a date or a time."""

    def __init__(self, dates: frozenset[int], *, from_1904: bool) -> None:
        self.dates = dates
        self.zero = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  a sheet has no zone

    def said(self, raw: str, style: int) -> str:
        """Return a number as text: a date as ISO 8601, a whole number without a point."""
        number = float(raw)
        if style in self.dates and 0 <= number < 2_958_466:
            moment = self.zero + timedelta(seconds=round(number * 86_400))
            if number < 1:
                return moment.strftime("%H:%M:%S")
            is_day = moment.time() == datetime.min.time()
            return date.isoformat(moment) if is_day else moment.isoformat(sep=" ", timespec="seconds")
        return str(int(number)) if number.is_integer() and abs(number) < 10**15 else raw


class Parts:
    """What a workbook's parts say of one another.

    Raises:
        FileRefused: no_workbook, where it is another archive.
    """

    def __init__(self, archive: zipfile.ZipFile, member: Member) -> None:
        self.archive, self.member = archive, member
        self.names = set(archive.namelist())
        if "xl/workbook.xml" not in self.names:
            raise FileRefused("no_workbook")
        self.from_1904 = False
        self.first = ""
        self._read("xl/workbook.xml", self._workbook)
        self.targets: dict[str, str] = {}
        self._read("xl/_rels/workbook.xml.rels", self._relation)
        self.sheet = posixpath.normpath(posixpath.join("xl", self.targets.get(self.first, "worksheets/sheet1.xml")))
        if self.sheet.startswith("xl/xl/"):  # some writers say the place from the archive's root
            self.sheet = self.sheet[3:]
        if self.sheet not in self.names:
            raise FileRefused("broken_workbook")

    def _read(self, name: str, start: Callable[[str, dict[str, Any]], None]) -> None:
        if name not in self.names:
            return
        reading = parser(lambda tag, given: start(tag.rpartition(":")[2], given), lambda _tag: None, lambda _text: None)
        for piece in self.member(self.archive, name):
            reading.Parse(piece)
        reading.Parse(b"", True)

    def _workbook(self, tag: str, given: dict[str, Any]) -> None:
        if tag == "workbookPr":
            self.from_1904 = given.get("date1904") in {"1", "true"}
        elif tag == "sheet" and not self.first and given.get("state", "visible") == "visible":
            self.first = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")

    def _relation(self, tag: str, given: dict[str, Any]) -> None:
        if tag == "Relationship":
            self.targets[given.get("Id", "")] = given.get("Target", "").lstrip("/")

    @contextmanager
    def strings(self) -> Iterator[Strings]:
        """Give the shared texts, in a nameless file that goes away with them."""
        with tempfile.TemporaryFile() as file:
            found = Strings(file)
            if "xl/sharedStrings.xml" in self.names:
                self._share(found)
            yield found

    def _share(self, found: Strings) -> None:
        text: list[str] = []
        inside = {"t": False, "rPh": False}

        def start(tag: str, _given: dict[str, Any]) -> None:
            tag = tag.rpartition(":")[2]
            if tag in inside:
                inside[tag] = True
            elif tag == "si":
                text.clear()

        def end(tag: str) -> None:
            tag = tag.rpartition(":")[2]
            if tag in inside:
                inside[tag] = False
            elif tag == "si":
                found.add("".join(text))

        def data(piece: str) -> None:
            if inside["t"] and not inside["rPh"]:
                text.append(piece)

        reading = parser(start, end, data)
        for piece in self.member(self.archive, "xl/sharedStrings.xml"):
            reading.Parse(piece)
        reading.Parse(b"", True)

    def styles(self) -> Styles:
        """Return which styles are dates."""
        formats: dict[int, bool] = {}
        cells: list[int] = []
        place = [""]

        def start(tag: str, given: dict[str, Any]) -> None:
            if tag in {"cellXfs", "cellStyleXfs", "dxfs"}:
                place[0] = tag
            elif tag == "numFmt":
                bare = QUOTED.sub("", given.get("formatCode", ""))
                formats[int(given.get("numFmtId", 0))] = bool(DATE_SIGNS.search(bare)) and "#" not in bare
            elif tag == "xf" and place[0] == "cellXfs" and len(cells) < MOST_STYLES:
                cells.append(int(given.get("numFmtId", 0)))

        self._read("xl/styles.xml", start)
        dates = frozenset(
            number for number, format_ in enumerate(cells) if formats.get(format_, format_ in DATE_FORMATS)
        )
        return Styles(dates, from_1904=self.from_1904)

"""Makes workbooks for tests, small and hostile ones."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
)


def workbook(*rows: list[Any]) -> bytes:
    """Return an XLSX as a spreadsheet program writes it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def made_by_hand(sheet: str | bytes, *, strings: str = "", **more: str | bytes) -> bytes:
    """Return an XLSX of which every part is given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", more.get("workbook", WORKBOOK))
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
    return out.getvalue()


def sheet(rows: str) -> str:
    """Return a sheet's XML."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


DAY, MOMENT = date(1955, 3, 14), datetime(2026, 11, 30, 9, 40)  # noqa: DTZ001  a sheet knows no zone

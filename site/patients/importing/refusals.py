"""Why a file or a row is refused, in words that repeat nothing of what stands in it."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE_WORDS: dict[str, str | Promise] = {
    "empty": _("The file is empty."),
    "no_rows": _("The file has a header and no rows."),
    "binary": _("This is no table: the file holds bytes that no text has. Save it as CSV or XLSX."),
    "old_excel": _("This is an Excel file of the old kind. Save it as XLSX or CSV."),
    "markup": _("This is a web page and no table. Save it as CSV or XLSX."),
    "no_workbook": _("This archive is no workbook. Save the table as XLSX or CSV."),
    "broken_workbook": _("The workbook is damaged. Save it anew as XLSX or CSV."),
    "locked_workbook": _("The workbook is protected by a password. Save it without one."),
    "bomb": _("The workbook unpacks to far more than a table needs. It was not opened further."),
    "too_large": _("The file is larger than %(limit)s."),
    "encoding": _("Row %(row)s cannot be read as %(encoding)s. Save the file anew as UTF-8."),
    "mixed_encodings": _(
        "Row %(row)s is written in another encoding than the other rows. Save the file anew as UTF-8."
    ),
    "quote": _("A quote that is opened in row %(row)s is never closed as it should be."),
    "long_row": _("Row %(row)s is longer than a million characters. A quote may never be closed."),
    "too_many_columns": _("The file has more than %(limit)s columns."),
    "too_many_rows": _("The file has more than %(limit)s rows. Divide it into several."),
    "duplicate_header": _("Columns %(first)s and %(second)s have the same name. Rename one of them."),
    "unknown_header": _(
        "The first row does not name the columns: we look for a patient’s name or number. Add a row with names."
    ),
    "bad_map": _("The map names the field “%(field)s”, which we do not know."),
    "map_column": _("The map names a column that the file does not have."),
    "map_twice": _("The map gives two columns the same field, “%(field)s”."),
    "map_shape": _("The map must be a JSON object: column → field."),
    "lacks": _("No column tells the %(field)s, which every row needs."),
}

ROW_WORDS: dict[str, str | Promise] = {
    "two_ways": _("Can be read in two ways (day or month first)"),
    "not_a_date": _("Not a date"),
    "in_future": _("In the future"),
    "too_old": _("Before 1900"),
    "not_an_address": _("Not an address"),
    "too_short": _("Too short"),
    "too_long": _("Too long"),
    "not_a_phone": _("Not a phone number"),
    "not_yes_or_no": _("Neither yes nor no"),
    "not_a_number": _("Not a number"),
    "not_in_list": _("Not one of the list"),
    "unknown_status": _("A status that we do not know"),
    "unknown_location": _("Several locations could be meant, and the row names none"),
    "missing": _("Empty, and every row needs it"),
    "no_name": _("No name"),
    "formula": _("Begins like a formula"),
    "control": _("Holds characters that no text has"),
    "sheet_error": _("The sheet shows an error there"),
    "more_cells": _("The row has more cells than there are columns"),
    "fewer_cells": _("The row has fewer cells than there are columns"),
    "twice": _("Twice in this file (also row %(also)s)"),
    "no_such_patient": _("No patient has this number"),
    "erased": _("This record was erased here"),
    "one_for_two": _("Another row of this file is the same person"),
}


class FileRefused(Exception):
    """A file cannot be taken: nothing of it was saved.

    Args:
        why: a key of FILE_WORDS.
        facts: what the words need, as row, limit, field.
    """

    def __init__(self, why: str, **facts: Any) -> None:
        super().__init__(why)
        self.why, self.facts = why, facts

    def __str__(self) -> str:
        return str(FILE_WORDS[self.why]) % self.facts


class Fault(Exception):
    """A cell or a row cannot be taken.

    Args:
        code: a key of ROW_WORDS.
        field: the field that the column is read as; "" for the row as a whole.
        facts: what the words need, never a value.
    """

    def __init__(self, code: str, field: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.code, self.field, self.facts = code, field, facts


def said(code: str, facts: dict[str, Any] | None = None) -> str:
    """Return why a row is refused."""
    return str(ROW_WORDS[code]) % (facts or {})

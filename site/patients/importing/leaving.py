"""Patients handed out as a table: of the natures that somebody may see, and without a live formula."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any
from xml.sax.saxutils import escape

from django.db import models, transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import may
from journal.recording import record
from patients.importing.values import CONTROL
from patients.models import (
    Attribute,
    AttributeValue,
    Channel,
    Consent,
    ContactPoint,
    Nature,
    Patient,
    PatientStatus,
    Purpose,
    ReaderKind,
)

AT_ONCE = 1_000
EVERYONE = "everyone"
WHOM = [(EVERYONE, _("Everyone")), *PatientStatus.choices]
FORMS = [("xlsx", _("XLSX, for spreadsheets")), ("csv", _("CSV, for other systems"))]
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Why(models.TextChoices):
    """For what a list of patients is handed out; it stands in the journal."""

    MOVE = "move", _("To another system of this practice")
    LETTERS = "letters", _("For printing letters or labels")
    AUDIT = "audit", _("For an audit or an authority")
    CHECK = "check", _("To compare with our own system")


Cell = Callable[[Patient], Any]


def _address(channel: str) -> Cell:
    def read(patient: Patient) -> str:
        return patient.reader.address(channel)

    return read


def _home(name: str) -> Cell:
    def read(patient: Patient) -> str:
        return str(getattr(getattr(patient.reader, "postal_address", None), name, ""))

    return read


def _letters(patient: Patient) -> str:
    lines: list[Consent] = getattr(patient.reader, "letters_consent", [])
    return ("Yes" if lines[0].is_given else "No") if lines else ""


COLUMNS: tuple[tuple[str, str, Cell], ...] = (
    ("Reference", Nature.IDENTITY, lambda one: one.ref),
    ("Patient ID", Nature.IDENTITY, lambda one: one.external_id or ""),
    ("First Name", Nature.IDENTITY, lambda one: one.reader.given_name),
    ("Last Name", Nature.IDENTITY, lambda one: one.reader.family_name),
    ("Birthdate", Nature.IDENTITY, lambda one: one.born_on.isoformat() if one.born_on else ""),
    ("Gender", Nature.IDENTITY, lambda one: one.gender),
    ("Status", Nature.IDENTITY, lambda one: one.status),
    ("Language", Nature.CONTACT, lambda one: one.reader.language),
    ("Email", Nature.CONTACT, _address(Channel.EMAIL)),
    ("Mobile Phone", Nature.CONTACT, _address(Channel.SMS)),
    ("Home Phone", Nature.CONTACT, _address(Channel.PHONE)),
    ("Address", Nature.CONTACT, _home("street")),
    ("City", Nature.CONTACT, _home("city")),
    ("State", Nature.CONTACT, _home("state")),
    ("Zip", Nature.CONTACT, _home("postal_code")),
    ("E-mail consent", Nature.CONTACT, _letters),
    ("Location", Nature.IDENTITY, lambda one: str(one.location or "")),
    ("Provider", Nature.CLINICAL, lambda one: str(one.provider or "")),
    ("Last visit", Nature.CLINICAL, lambda one: one.last_seen_on.isoformat() if one.last_seen_on else ""),
    ("Payer class", Nature.FINANCIAL, lambda one: one.payer_class),
    ("Total production", Nature.FINANCIAL, lambda one: f"{one.spent_cents / 100:.2f}"),
)


def natures_of(user: User) -> frozenset[str]:
    """Return of what natures somebody may have facts handed out."""
    plain = {Nature.IDENTITY.value, Nature.CONTACT.value}
    return frozenset(Nature.values) if may(user, "patients.see") else frozenset(plain)


def whom(what: str) -> QuerySet[Patient]:
    """Return the patients of one choice of WHOM."""
    people = Patient.objects.exclude(reader__kind=ReaderKind.FORMER)
    return people if what == EVERYONE else people.filter(status=what)


@transaction.atomic
def hand_out(*, what: str, form: str, reason: str, by: User) -> Iterator[bytes]:
    """Return a table of patients, to be streamed; that it was handed out stands in the journal first.

    Args:
        what: one of WHOM.
        form: one of FORMS.
        reason: one of Why.
        by: who has it.
    """
    people = whom(what)
    told: dict[str, Any] = {"reason": Why(reason).value, "whom": what, "form": form, "people": people.count()}
    record("patients.exported", subject="patients:export", by=by, **told)
    rows = _rows(people, natures_of(by))
    return _xlsx(rows) if form == "xlsx" else _csv(rows)


def _rows(people: QuerySet[Patient], natures: frozenset[str]) -> Iterator[list[str]]:
    columns = [(title, cell) for title, nature, cell in COLUMNS if nature in natures]
    own = list(Attribute.objects.filter(is_active=True, nature__in=natures).order_by("pk"))
    yield [title for title, _cell in columns] + [one.label for one in own]
    letters = Consent.objects.standing().filter(channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES)
    found = (
        people.select_related("reader__postal_address", "location", "provider")
        .prefetch_related(
            Prefetch("reader__contact_points", ContactPoint.objects.filter(is_primary=True)),
            Prefetch("reader__consents", letters.order_by(), to_attr="letters_consent"),
            Prefetch("attribute_values", AttributeValue.objects.select_related("attribute").order_by()),
        )
        .defer("notes")
        .order_by("pk")
    )
    for patient in found.iterator(chunk_size=AT_ONCE):
        values = {one.attribute_id: one.value for one in patient.attribute_values.all()}
        row = [str(cell(patient)) for _title, cell in columns]
        yield row + ["" if values.get(one.pk) is None else str(values[one.pk]) for one in own]


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; phones and numbers stay as they are."""
    if not text.startswith(BEGINS_A_FORMULA):
        return text
    bare = text[1:]
    return text if text[0] in "+-" and bare.replace(".", "", 1).isdigit() else f"'{text}"


class _Echo:
    """Gives back what a CSV writer writes."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: Iterator[list[str]]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield "\ufeff".encode()
    for row in rows:
        yield str(writer.writerow([harmless(cell) for cell in row])).encode()


PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
    'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Patients" '
    'sheetId="1" r:id="rId1"/></sheets></workbook>',
}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHEET = f'{HEAD}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _xlsx(rows: Iterator[list[str]]) -> Iterator[bytes]:
    """Yield a workbook whose every cell is text, so that none is ever evaluated."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in PARTS.items():
                archive.writestr(name, HEAD + text)
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                _write_sheet(sheet, rows)
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


def _write_sheet(sheet: IO[bytes], rows: Iterator[list[str]]) -> None:
    sheet.write(SHEET.encode())
    for row in rows:
        cells = "".join(
            f'<c t="inlineStr"><is><t xml:space="preserve">{escape(CONTROL.sub("", cell))}</t></is></c>' for cell in row
        )
        sheet.write(f"<row>{cells}</row>".encode())
    sheet.write(b"</sheetData></worksheet>")

"""A case on paper: the report as one PDF named by its reference, and codes to scan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

import segno
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer

from referral_portal.cases import teeth
from referral_portal.cases.models import Case, Report

INK, MUTED, BRAND = HexColor("#1b2826"), HexColor("#4a5956"), HexColor("#0f5b55")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=15.5, textColor=INK)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=9, leading=12.5, textColor=MUTED)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Times-Roman", fontSize=22, leading=27, spaceAfter=4)
HEAD = ParagraphStyle("head", parent=BODY, fontName="Times-Roman", fontSize=14, leading=19, spaceBefore=14)


@dataclass(frozen=True)
class Code:
    """A QR code as one path: its side in modules, quiet zone included, and the strokes."""

    side: int
    path: str


def qr(address: str) -> Code:
    """Return the code of an address."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    strokes: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            strokes.append(f"M{start} {y + 0.5}h{x - start}")
    return Code(len(rows), "".join(strokes))


def report_pdf(case: Case, reports: Iterable[Report]) -> bytes:
    """Return all reports of a case as one PDF, the newest first; the patient stands in it, not in its name.

    Args:
        case: with office, location, practice and referring doctor at hand.
        reports: with their clinicians.
    """
    out = BytesIO()
    practice = case.location.practice
    document = BaseDocTemplate(
        out,
        pagesize=letter,
        leftMargin=inch,
        rightMargin=inch,
        topMargin=inch,
        bottomMargin=inch,
        title=_("Report on %(ref)s") % {"ref": case.ref},
        author=practice.legal_name,
        subject="",
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, id="page")
    document.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=lambda page, _doc: _margin(page, case))])
    document.build(_story(case, list(reports)))
    return out.getvalue()


def _margin(page: Canvas, case: Case) -> None:
    location = case.location
    page.setFont("Times-Roman", 13)
    page.setFillColor(BRAND)
    page.drawString(inch, letter[1] - 0.62 * inch, location.practice.legal_name)
    page.setFont("Helvetica", 8)
    page.setFillColor(MUTED)
    page.drawRightString(letter[0] - inch, letter[1] - 0.62 * inch, f"{location.address_line} · {location.phone}")
    found = _("Confidential. If found, call %(phone)s.") % {"phone": location.phone}
    page.drawString(inch, 0.6 * inch, f"{case.ref} · {found}")
    page.drawRightString(letter[0] - inch, 0.6 * inch, str(page.getPageNumber()))


def _story(case: Case, reports: list[Report]) -> list[object]:
    born = case.born_on
    doctor = case.referring_doctor.name if case.referring_doctor else ""
    facts = [
        (_("Reference"), case.ref),
        (_("Patient"), f"{case.name}, {_('born')} {_day(born)}" if born else case.name),
        (_("Asked for"), teeth.wish(case)),
        (_("Referred by"), ", ".join(part for part in (doctor, case.office.name) if part)),
    ]
    if case.ending:
        facts.append(
            (_("How it ended"), str(case.get_ending_display()) + (f": {case.ending_note}" if case.ending_note else ""))
        )
    story: list[object] = [Paragraph(_text(_("Report")), TITLE)]
    story += [Paragraph(f"<b>{_text(label)}:</b> {_text(value)}", BODY) for label, value in facts]
    for report in reports:
        kind = _("Interim report") if not report.is_final else _("Report")
        if report.is_amendment:
            kind = _("Amended report")
        moment = formats.date_format(timezone.localtime(report.at, case.location.zone), "DATETIME_FORMAT")
        story.append(Paragraph(_text(kind), HEAD))
        story.append(Paragraph(_text(f"{report.clinician.name} · {moment}"), SMALL))
        story.append(Spacer(1, 6))
        story += [Paragraph(_text(part) or "&nbsp;", BODY) for part in str(report.text).split("\n")]
        if report.file is not None:
            story.append(Paragraph(_text(_("Document: %(name)s") % {"name": report.file.name}), SMALL))
    if not reports:
        story.append(Paragraph(_text(_("No report was written yet.")), BODY))
    return story


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _text(value: object) -> str:
    return escape(str(value))

"""The papers of a case: a file as it came, and the report as one PDF; each handing over is recorded."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.doors import office_only
from accounts.sessions import user_of
from journal.recording import viewed
from referral_portal.cases import files, papers
from referral_portal.cases.choices import FileKind
from referral_portal.cases.models import CaseFile
from referral_portal.cases.views.ground import case_of

SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@office_only
@require_safe
def file(request: HttpRequest, ref: str, key: UUID) -> StreamingHttpResponse:
    """Hand over one file of the case, once it was checked."""
    case = case_of(request, ref)
    found = get_object_or_404(CaseFile, pk=key, case=case)
    if not found.is_available:
        raise Http404
    viewed(found, by=user_of(request), about=case.journal_about or None, case=case.ref)
    return hand_over(found)


def hand_over(found: CaseFile) -> StreamingHttpResponse:
    """Return a checked file as an attachment that no browser opens by itself; the caller records it."""
    disposition = content_disposition_header(as_attachment=True, filename=str(found.name)) or "attachment"
    return StreamingHttpResponse(
        files.content(found),
        content_type=files.TYPES[FileKind(found.kind)],
        headers={**SAFE, "Content-Disposition": disposition, "Content-Length": str(found.size)},
    )


@office_only
@require_safe
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand over the report as a PDF whose name says nothing but the reference."""
    case = case_of(request, ref)
    reports = list(case.reports.select_related("clinician", "file"))
    if not reports:
        raise Http404
    viewed(f"report:{case.ref}", by=user_of(request), about=case.journal_about or None)
    name = re.sub(r"[^A-Z0-9-]", "", case.ref)
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="report-{name}.pdf"'}
    return HttpResponse(papers.report_pdf(case, reports), content_type="application/pdf", headers=headers)

"""The list of an office's cases, and the same as a table to take along."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import office_only
from accounts.sessions import user_of
from journal.recording import viewed
from practice import clocks
from referral_portal.cases import lists, stages
from referral_portal.cases.models import Case
from referral_portal.offices.policy import office_of

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Hands each row of a csv.writer on instead of keeping it."""

    def write(self, text: str) -> str:
        """Return what was written."""
        return text


@office_only
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Lead to the list."""
    return redirect("portal_office:cases")


@office_only
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Show the office's cases."""
    office = office_of(request)
    page = lists.page_of(office, user_of(request), lists.Asked.of(request.GET))
    context: dict[str, object] = {"office": office, "page": page}
    if page.rows:
        here = page.rows[0].case.location
        context |= {"location": here, "practice": here.practice}
    return render(request, "cases/list.html", context)


@office_only
@require_safe
def cases_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Give the office's own cases as a table; no cell can be a formula."""
    office = office_of(request)
    rows = Case.objects.of_office(office).sent().select_related("referring_doctor", "location__practice", "office")
    viewed(f"cases:{office.ref}", by=user_of(request), count=rows.count())
    day = clocks.today().isoformat()
    return StreamingHttpResponse(
        _lines(rows.prefetch_related("appointments__provider", "messages").order_by("-submitted_at")),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="referrals-{day}.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def plain(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def _lines(rows: QuerySet[Case]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(
        [_("Reference"), _("Patient"), _("Referred by"), _("Reason"), _("How soon"), _("Sent"), _("Where it is")]
    )
    for case in rows.iterator(chunk_size=500):
        sent = f"{case.submitted_at.astimezone(case.location.zone):%Y-%m-%d %H:%M}" if case.submitted_at else ""
        doctor = case.referring_doctor.name if case.referring_doctor else ""
        values = [
            *(case.ref, case.name, doctor, case.get_reason_display(), case.urgency_label, sent),
            stages.tag_of(case).label,
        ]
        yield writer.writerow([plain(value) for value in values])

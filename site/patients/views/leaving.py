"""A list of patients handed out, for a reason that stands in the journal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import may
from accounts.sessions import user_of
from patients.forms_of_imports import LeavingForm
from patients.importing import leaving
from patients.views.ground import frame
from practice import clocks

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@may("patients.export")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest) -> HttpResponseBase:
    """Ask whom, as what and why; POST streams the table."""
    form = LeavingForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form)
    given = form.cleaned_data
    rows = leaving.hand_out(what=given["what"], form=given["form"], reason=given["reason"], by=user_of(request))
    name = f"patients-{clocks.today():%Y-%m-%d}.{given['form']}"
    return StreamingHttpResponse(
        rows,
        content_type=TYPES[given["form"]],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def _asked(request: HttpRequest, form: LeavingForm) -> HttpResponse:
    context = {**frame(_("Hand out a list")), "form": form, "number": leaving.whom(leaving.EVERYONE).count()}
    return render(request, "patients/hand_out.html", context, status=422 if form.is_bound else 200)

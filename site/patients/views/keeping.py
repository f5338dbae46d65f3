"""A whole record handed over, or erased as far as the law allows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import may
from accounts.sessions import user_of
from journal.recording import viewed
from patients import erasing, exporting
from patients.editing import Refused, Stale
from patients.forms import ErasureForm, ExportForm
from patients.models import Patient
from patients.views.ground import frame, load
from patients.views.record import here
from practice import clocks

FORM_VERBS = ["GET", "HEAD", "POST"]


@may("patients.export")
@require_http_methods(FORM_VERBS)
def export(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand over a record as a ZIP, for a reason that stands in the journal."""
    patient = load(ref)
    form = ExportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {**frame(_("Hand over the record"), here(patient)), "patient": patient, "form": form}
        return render(request, "patients/export.html", context, status=422 if request.method == "POST" else 200)
    packed = exporting.export(patient=patient, reason=form.cleaned_data["reason"], by=user_of(request))
    name = f"record-{patient.ref}-{clocks.today():%Y-%m-%d}.zip"
    return HttpResponse(
        packed,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


@may("patients.erase")
@require_http_methods(FORM_VERBS)
def erase(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what goes, what stays and why; POST erases."""
    patient = load(ref)
    if request.method != "POST":
        viewed(patient, by=user_of(request), about=patient, part="erasure")
        return _preview(request, patient, _form_of(patient))
    form = ErasureForm(request.POST, patient=patient)
    if not form.is_valid():
        return _preview(request, patient, form, status=422)
    given = form.cleaned_data
    try:
        done = erasing.erase(patient=patient, reason=given["reason"], version=given["version"], by=user_of(request))
    except Stale:
        messages.error(request, _("A colleague changed this record meanwhile. Look again."))
        return _preview(request, load(ref), _form_of(load(ref)), status=409)
    except Refused:
        messages.error(request, _("This record cannot be erased now. The page says why."))
        return redirect("patients:erase", ref=ref)
    if done.kept_until:
        messages.success(request, _("Erased as far as the law allows. The rest goes by itself when its time is over."))
        return redirect("patients:record", ref=ref)
    messages.success(request, _("Erased. Nothing of them is left but what names nobody."))
    return redirect("patients:list")


def _form_of(patient: Patient) -> ErasureForm:
    return ErasureForm(initial={"version": patient.version}, patient=patient)


def _preview(request: HttpRequest, patient: Patient, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    context = {
        **frame(_("Erase"), here(patient)),
        "patient": patient,
        "plan": erasing.plan(patient),
        "erasure": patient.erasures.filter(finished_at__isnull=True).first(),
        "form": form,
    }
    return render(request, "patients/erase.html", context, status=status)

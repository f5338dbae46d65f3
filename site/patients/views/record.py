"""One patient's page: everything of them, what they agreed to with its wording, and who read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.roles import may as holds
from accounts.sessions import user_of
from journal.recording import record as note_down
from journal.recording import viewed
from patients import pages, reading
from patients.models import Consent, ContactPoint, Merge, Patient
from patients.records import Person, Tab
from patients.views.ground import frame, load

READINGS_A_PAGE = 100
PERMISSIONS = ("edit", "merge", "export", "erase")


@may("patients.see")
@require_safe
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a patient's page; the reading is recorded. A reference that was merged leads to the one who stands."""
    survivor = (
        Merge.objects.filter(gone_ref=ref, undone_at__isnull=True).values_list("survivor__ref", flat=True).first()
    )
    if survivor:
        return redirect("patients:record", ref=survivor)
    patient = load(ref)
    viewed(patient, by=user_of(request), about=patient)
    return page(request, patient)


@may("patients.see")
@require_POST
def show_address(request: HttpRequest, ref: str, point: str) -> HttpResponse:
    """Show one address whole; that it was shown is recorded, since a page is often left open."""
    patient = load(ref)
    found = ContactPoint.objects.filter(pk=point, reader=patient.reader).first()
    if found is None:
        raise Http404
    with transaction.atomic():
        note_down("patient.address_shown", subject=patient, by=user_of(request), about=patient, channel=found.channel)
    return page(request, patient, shown=found.pk)


@may("patients.see")
@require_safe
def consents(request: HttpRequest, ref: str) -> HttpResponse:
    """Show every line of the consent ledger, with its wording."""
    patient = load(ref)
    viewed(patient, by=user_of(request), about=patient, part="consents")
    rows = Consent.objects.filter(reader__in=Person.of(patient).readers).order_by("-at", "-pk")
    context = {**frame(_("What they agreed to"), here(patient)), "patient": patient, "rows": rows}
    return render(request, "patients/consents.html", context)


@may("patients.see")
@require_safe
def access(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who read or changed the record, what, and when; it prints. This reading is in it."""
    patient = load(ref)
    viewed(f"access_report:{patient.ref}", by=user_of(request), about=patient)
    person = Person.of(patient)
    rows = Paginator(reading.entries(person), READINGS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **frame(_("Access report"), here(patient)),
        "patient": patient,
        "page_obj": rows,
        "readings": reading.readings(rows.object_list, person),
    }
    return render(request, "patients/access.html", context)


def page(request: HttpRequest, patient: Patient, *, shown: int | None = None) -> HttpResponse:
    """Return the page of one patient."""
    tab = Tab(request.GET["tab"]) if request.GET.get("tab") in set(Tab) else None
    context: dict[str, Any] = {
        **frame(str(patient)),
        **pages.page(patient, tab=tab, before=_moment(request.GET.get("before", "")), shown=shown),
        "may": {name: holds(request.user, f"patients.{name}") for name in PERMISSIONS},
    }
    story = context["story"]
    story.lines = [
        replace(line, url="") if line.needs and not holds(request.user, line.needs) else line for line in story.lines
    ]
    return render(request, "patients/record.html", context)


def here(patient: Patient) -> tuple[str, str]:
    """Return the crumb that leads back to a patient's page."""
    return str(patient), reverse("patients:record", args=[patient.ref])


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None

"""A patient's own page: the next visit, the friends they told, what they get from us."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import patient_only
from delivery import choosing_page
from delivery.forms import PreferencesForm
from patients import signed_in
from patients.choices import choices_of
from patients.choosing import choose, stop_all
from patients.models import Appointment, Channel, Consent, Purpose, Reader
from practice import clocks
from referral_portal.referrals.models import Referral

SHOWN = 3


@patient_only
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show what is coming up, and nothing that is not this person's own."""
    reader = _reader(request)
    now = timezone.now()
    visits = Appointment.objects.filter(
        patient__reader=reader, status=Appointment.Status.BOOKED, starts_at__gte=now
    ).select_related("provider", "location")
    consents = Consent.objects.standing().filter(
        reader=reader, channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES, is_given=True
    )
    visit = visits.first()
    if visit is not None:
        timezone.activate(visit.location.zone)  # for the rest of this request: the clock on the wall there
    return render(
        request,
        "portal/me.html",
        {
            "first_name": reader.given_name,
            "part_of_day": _part_of_day(clocks.local(now).hour),
            "visit": visit,
            "referrals": Referral.objects.of(reader)[:SHOWN],
            "gets_letters": consents.exists(),
            "preferences_url": reverse("preferences"),
        },
    )


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show what this person gets, and keep what they choose, all in one save."""
    reader = _reader(request)
    standing = choices_of(reader)
    if request.method == "POST":
        given: dict[str, Any] = {"reader": reader, "by": f"reader:{reader.ref}", "source": "portal"}
        if "stop_all" in request.POST:
            stop_all(**given)
            return redirect(f"{request.path}?saved=none")
        form = PreferencesForm(request.POST)
        if form.is_valid():
            choose(**form.chosen(), **given)
            return redirect(f"{request.path}?saved=1")
    context = {"saved": request.GET.get("saved", ""), **choosing_page.shown(standing)}
    return render(request, "portal/preferences.html", context, status=422 if request.method == "POST" else 200)


def _reader(request: HttpRequest) -> Reader:
    reader = signed_in.reader_of(request)
    if reader is None:
        raise Http404
    return reader


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 18 else "evening"

"""A patient's own page: the next visit, the friends they told, what they get from us."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import patient_only
from delivery import links
from delivery.models import Message
from patients import signed_in
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
            "preferences_url": reverse("preferences") if _last_letter(reader) else "",
        },
    )


@patient_only
@require_safe
def preferences(request: HttpRequest) -> HttpResponse:
    """Lead to where this person chooses what they get, the page behind their last letter's own link."""
    letter = _last_letter(_reader(request))
    return redirect(links.url("preferences", letter) if letter else reverse("me"))


def _reader(request: HttpRequest) -> Reader:
    reader = signed_in.reader_of(request)
    if reader is None:
        raise Http404
    return reader


def _last_letter(reader: Reader) -> Message | None:
    return reader.messages.filter(dispatch__isnull=False).order_by("-pk").first()


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 18 else "evening"

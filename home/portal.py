"""A patient's own page: the next visit, the friends they told, what they get from us."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import patient_only
from accounts.sessions import user_of
from patients.models import Appointment, Channel, Consent, Purpose, Reader
from referral_portal.referrals.models import Referral

PREFERENCES = "/portal/me/preferences/"
SHOWN = 3


@patient_only
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show what is coming up, and nothing that is not this person's own."""
    reader = Reader.objects.select_related("patient").filter(user=user_of(request)).first()
    if reader is None:
        raise Http404
    now = timezone.now()
    visits = Appointment.objects.filter(
        patient__reader=reader, status=Appointment.Status.BOOKED, starts_at__gte=now
    ).select_related("provider", "location")
    consents = Consent.objects.standing().filter(
        reader=reader, channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES, is_given=True
    )
    return render(
        request,
        "portal/me.html",
        {
            "first_name": reader.given_name,
            "part_of_day": _part_of_day(timezone.localtime(now).hour),
            "visit": visits.first(),
            "referrals": Referral.objects.of(reader)[:SHOWN],
            "gets_letters": consents.exists(),
            "preferences_url": PREFERENCES if _stands(PREFERENCES) else "",
        },
    )


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 18 else "evening"


def _stands(path: str) -> bool:
    try:
        return resolve(path).url_name != "wagtail_serve"
    except Resolver404:
        return False

"""Which of our services a reason asks for, and which earlier case a new one may repeat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from practice.models import Provider, Service
from referral_portal.cases.choices import Reason
from referral_portal.cases.models import Case
from referral_portal.offices.models import Office
from vault.fields import blind

REPEATS_WITHIN = timedelta(days=90)
KEYS: dict[str, tuple[str, ...]] = {
    Reason.ROOT_CANAL: ("root", "endo"),
    Reason.RETREATMENT: ("root", "endo"),
    Reason.IMPLANT: ("implant",),
    Reason.EXTRACTION: ("surgery", "extraction"),
    Reason.GUM_CARE: ("gum", "perio"),
    Reason.SECOND_OPINION: ("opinion",),
}


def service_for(reason: str, services: Sequence[Service], provider: Provider | None = None) -> Service | None:
    """Return the service that a reason asks for: by its name, else what the chosen provider does, else the first."""
    for key in KEYS.get(reason, ()):
        for service in services:
            if key in service.slug:
                return service
    if provider is not None:
        done = {service.pk for service in provider.services.all()}
        for service in services:
            if service.pk in done:
                return service
    return services[0] if services else None


def reason_of(slug: str) -> str:
    """Return the reason that a service's page stands for, or ""."""
    return next((reason for reason, keys in KEYS.items() if any(key in slug for key in keys)), "")


def likely_repeat(office: Office, *, phone: str, born_on: date | None, family_name: str) -> Case | None:
    """Return an open or recent case of the same office for what looks like the same person.

    Only the office's own cases are looked at: nobody learns here what others sent.
    """
    same = blind(Case, "phone_index", phone) & blind(Case, "family_index", family_name)
    if born_on is not None:
        same |= blind(Case, "born_index", born_on.isoformat()) & blind(Case, "family_index", family_name)
    recent = models.Q(submitted_at__gte=timezone.now() - REPEATS_WITHIN)
    return Case.objects.of_office(office).sent().filter(same, recent).order_by("-submitted_at").first()

"""Visits that readers of a letter booked after it, as the schedule tells that the practice brings in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from delivery import attribution
from delivery.models import Message
from patients.models import AppointmentStatus, ImportBatch, ImportLine
from patients.models.imports import FileKind


def enter() -> None:
    """Enter booked visits among what a letter may bring."""
    attribution.counts("visits", _("Readers who booked a visit"), _booked)


def _booked(arrived: QuerySet[Message], since: datetime, until: datetime) -> int | None:
    """Return how many readers have a visit ahead that came into our records within this time.

    When it was booked, the schedule does not say: a visit is new where no file before had it. So nobody knows before
    a file was brought in earlier than the letter, else every visit would be new. Visits of cases stand in the schedule
    as well, and are counted there.
    """
    files = ImportBatch.objects.filter(kind=FileKind.APPOINTMENTS)
    if not files.filter(taken_at__lt=since).exists() or not files.filter(taken_at__gte=since).exists():
        return None
    new = ImportLine.objects.filter(
        outcome=ImportLine.Outcome.NEW,
        batch__taken_at__gte=since,
        batch__taken_at__lt=until,
        appointment__starts_at__gte=F("batch__taken_at"),
        patient__reader__in=arrived.values("reader"),
    ).exclude(appointment__status=AppointmentStatus.CANCELLED)
    return new.order_by().values("patient").distinct().count()

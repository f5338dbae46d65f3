"""What follows from visits and procedures, kept on the patient's row so that a million people are searched at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import batched, pairwise
from statistics import median
from uuid import UUID

from django.db.models import Sum

from patients.models import Appointment, AppointmentStatus, Patient, Procedure
from practice import clocks
from vault.writing import rewrite

AT_ONCE = 2_000


def usual_interval(days: Iterable[date]) -> int | None:
    """Return the median number of days between visits, halves rounded up; None below two different days.

    Args:
        days: of visits that were kept, in any order.
    """
    gaps = [(later - earlier).days for earlier, later in pairwise(sorted(set(days)))]
    return int(median(gaps) + 0.5) if gaps else None


def refresh(patients: Iterable[UUID]) -> int:
    """Write last visit, usual interval and spend of patients anew from what stands; memory is flat.

    Args:
        patients: their primary keys.

    Returns:
        How many rows were changed.
    """
    return sum(_refresh(list(some)) for some in batched(patients, AT_ONCE))


def _refresh(ids: list[UUID]) -> int:
    zone = clocks.zone()
    seen: dict[UUID, list[date]] = defaultdict(list)
    kept = Appointment.objects.filter(patient__in=ids, status=AppointmentStatus.KEPT).order_by()
    for key, starts_at in kept.values_list("patient", "starts_at").iterator(chunk_size=AT_ONCE):
        seen[key].append(starts_at.astimezone(zone).date())
    spent = dict(
        Procedure.objects.filter(patient__in=ids)
        .order_by()
        .values("patient")
        .annotate(sum=Sum("fee_cents"))
        .values_list("patient", "sum")
    )
    changed = {}
    for key, before, *stood in Patient.objects.filter(pk__in=ids).values_list("pk", "spent_before_cents", *FACTS):
        days = seen.get(key, [])
        facts = (max(days, default=None), usual_interval(days), before + spent.get(key, 0))
        if facts != tuple(stood):
            changed[key] = facts
    return rewrite(Patient, FACTS, changed)


FACTS = ("last_seen_on", "usual_interval_days", "spent_cents")

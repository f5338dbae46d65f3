"""Figures for public pages: computed, and absent where there is too little to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.utils import timezone

from referral_portal.cases.choices import Urgency
from referral_portal.cases.models import Case

FEWEST = 30
PERIOD = timedelta(days=365)
KEPT_FOR = 600
CACHE_KEY = "home:promptness"

Moments = tuple[str, datetime, datetime | None, datetime | None]


@dataclass(frozen=True)
class Promptness:
    """How soon half of the referrals were acknowledged and half of their patients called, and how many they were.

    `acknowledged` and `called` are None where fewer than 30 were.
    """

    count: int
    acknowledged: timedelta | None
    called: timedelta | None


@dataclass(frozen=True)
class ByUrgency:
    """The promptness of one urgency; None where it would be counted from too few."""

    urgency: Urgency
    count: int
    promptness: Promptness | None


@dataclass(frozen=True)
class Figures:
    """What the practice may say of the last 12 months."""

    overall: Promptness | None
    by_urgency: list[ByUrgency]


def of_last_year(now: datetime | None = None) -> Figures:
    """Return the figures of the 12 months before `now`, at most ten minutes old."""
    kept: Figures | None = cache.get(CACHE_KEY)
    if kept is None:
        kept = counted(now or timezone.now())
        cache.set(CACHE_KEY, kept, KEPT_FOR)
    return kept


def counted(now: datetime) -> Figures:
    """Count the referrals of the 12 months before `now`: of each when it was sent, acknowledged, and called about."""
    rows: list[Moments] = [
        (urgency, sent, received, called)
        for urgency, sent, received, called in Case.objects.sent()
        .filter(submitted_at__gt=now - PERIOD, submitted_at__lte=now)
        .values_list("urgency", "submitted_at", "received_at", "called_at")
        .order_by()
        if sent is not None
    ]
    groups = [(urgency, [row for row in rows if row[0] == urgency]) for urgency in Urgency]
    return Figures(
        overall=promptness_of(rows),
        by_urgency=[ByUrgency(urgency, len(group), promptness_of(group)) for urgency, group in groups if group],
    )


def promptness_of(rows: list[Moments]) -> Promptness | None:
    """Return the medians of `rows`, or None where fewer than 30 were acknowledged."""
    acknowledged = _typical([received - sent for _, sent, received, _ in rows if received])
    called = _typical([called - sent for _, sent, _, called in rows if called])
    return Promptness(len(rows), acknowledged, called) if acknowledged is not None else None


def _typical(waits: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if len(waits) >= FEWEST else None

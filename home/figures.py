"""Figures for public pages: computed, and absent where there is too little to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    """Within what time half of `count` referrals were acknowledged, and half of the patients called, if half were."""

    count: int
    acknowledged: timedelta
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
    """Return within what time half of `rows` were acknowledged and called about.

    What still waits counts as longer than everything, so that nobody looks quick by leaving things undone.

    Returns:
        None for fewer than 30 rows, and where not even half were acknowledged.
    """
    if len(rows) < FEWEST:
        return None
    acknowledged = _half([received - sent if received else None for _, sent, received, _ in rows])
    called = _half([called - sent if called else None for _, sent, _, called in rows])
    return Promptness(len(rows), acknowledged, called) if acknowledged is not None else None


def _half(waits: list[timedelta | None]) -> timedelta | None:
    return sorted(waits, key=lambda wait: (wait is None, wait or timedelta()))[len(waits) // 2]

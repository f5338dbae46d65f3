"""Figures for public pages: computed, and absent where there is too little to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone

from referral_portal.cases.choices import SEEN_ENDINGS, DeclineReason, Urgency
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import CaseState, VisitState

FEWEST = 30
PERIOD = timedelta(days=365)
TIME_FOR_A_VISIT = timedelta(days=60)
KEPT_FOR = 600
CACHE_KEY = "home:promptness:2"

Moments = tuple[str, datetime, datetime | None, datetime | None]


@dataclass(frozen=True)
class Promptness:
    """Within what time half of `count` referrals were acknowledged, and half of the patients called, if half were."""

    count: int
    acknowledged: timedelta
    called: timedelta | None


@dataclass(frozen=True)
class Visited:
    """After how many of the referrals that were given time enough the patient was seen."""

    seen: int
    of: int

    @property
    def percent(self) -> int:
        """Return the share in whole percent; 100 and 0 are said only where they are exact."""
        rounded = round(100 * self.seen / self.of)
        return min(max(rounded, 1 if self.seen else 0), 99 if self.seen < self.of else 100)


@dataclass(frozen=True)
class ByUrgency:
    """The promptness and the visits of one urgency; None where they would be counted from too few."""

    urgency: Urgency
    count: int
    promptness: Promptness | None
    visited: Visited | None = None

    @property
    def is_too_few(self) -> bool:
        """Whether nothing is said because there are too few, and not because too many wait."""
        return self.count < FEWEST


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
    visits = _visits(now)
    return Figures(
        overall=promptness_of(rows),
        by_urgency=[
            ByUrgency(urgency, len(group), promptness_of(group), visited_of(visits[urgency]))
            for urgency, group in groups
            if group
        ],
    )


def _visits(now: datetime) -> dict[Urgency, list[bool]]:
    """Return for each urgency, of every referral old enough for a visit, whether the patient was seen.

    What was joined with another, or goes on as another, is counted there. What still waits counts as not seen.
    """
    kept = Exists(CaseAppointment.objects.filter(case=OuterRef("pk"), status=VisitState.KEPT))
    told = Q(status__in=[CaseState.COMPLETED, CaseState.LOOP_CLOSED], ending__in=SEEN_ENDINGS)
    found: dict[Urgency, list[bool]] = {urgency: [] for urgency in Urgency}
    for urgency, is_seen in (
        Case.objects.sent()
        .exclude(status=CaseState.MERGED)
        .exclude(status=CaseState.DECLINED, decline_reason=DeclineReason.REDIRECTED)
        .filter(submitted_at__gt=now - PERIOD, submitted_at__lte=now - TIME_FOR_A_VISIT)
        .annotate(is_seen=ExpressionWrapper(kept | told, output_field=BooleanField()))
        .values_list("urgency", "is_seen")
        .order_by()
    ):
        found[Urgency(urgency)].append(is_seen)
    return found


def visited_of(seen: list[bool]) -> Visited | None:
    """Return how many of these patients were seen; None for fewer than 30."""
    return Visited(sum(seen), len(seen)) if len(seen) >= FEWEST else None


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

"""The promises of a case: when somebody must have acknowledged it, in the location's hours and holidays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.utils import timezone

from practice.models import Location
from referral_portal.cases.choices import Urgency

EMERGENCY_WITHIN = timedelta(minutes=15)
URGENT_WITHIN = timedelta(hours=4)
ROUTINE_WITHIN_DAYS = 1
RECEIPT_LAPSES_AFTER = timedelta(days=30)

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Return the moment at which an act counts as done: now, unless it is entered later than it happened."""
    return _moment.get() or timezone.now()


@contextmanager
def happened_at(moment: datetime) -> Iterator[None]:
    """Let the acts inside count as done at `moment`: a fax of yesterday, an import of last year.

    Args:
        moment: aware.
    """
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def acknowledge_by(urgency: str, location: Location, start: datetime) -> datetime:
    """Return by when a case that arrived at `start` must be acknowledged.

    An emergency's clock runs around the clock; an urgent case has four hours of opening time, a routine one until the
    close of the next practice day.
    """
    if urgency == Urgency.EMERGENCY:
        return start + EMERGENCY_WITHIN
    if urgency == Urgency.URGENT:
        return location.after_open_time(start, URGENT_WITHIN)
    return location.after_practice_days(start, ROUTINE_WITHIN_DAYS)

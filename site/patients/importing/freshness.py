"""Whether what we know of patients is fresh: when the newest file came, and which files wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from patients.models import ImportBatch
from patients.states import ImportState

OLD_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Freshness:
    """When the newest import was saved, whether that is long ago, and how many files wait for a person."""

    newest_at: datetime | None
    days: int
    is_old: bool
    waiting: int

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should do something."""
        return self.is_old or bool(self.waiting)


def freshness(now: datetime) -> Freshness:
    """Return how it stands; where nothing was ever imported, nothing is old."""
    found = ImportBatch.objects.aggregate(
        newest=Max("finished_at", filter=Q(state=ImportState.IMPORTED)),
        waiting=Count("pk", filter=Q(state__in=[ImportState.TAKEN, ImportState.CHECKED])),
    )
    newest: datetime | None = found["newest"]
    age = now - newest if newest else timedelta(0)
    return Freshness(newest, age.days, age > OLD_AFTER, found["waiting"])

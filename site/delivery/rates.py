"""Holds letters to the speed that mail services bear: buckets in the database, which all workers share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from delivery.models import Bucket
from delivery.rows import Row
from practice import clocks
from practice.courtesy import Courtesy

ALL, DAY = "*", "day"
BURST = timedelta(seconds=10)  # what a worker may send ahead of time, so that it does not come back for each letter
HOUR = timedelta(hours=1)
DAYS = timedelta(days=1)


def waits(rows: Sequence[Row], courtesy: Courtesy | None = None) -> dict[UUID, datetime]:
    """Take what the buckets hold for these letters; return those that must wait, and until when.

    A bucket fills evenly (the generic cell rate algorithm of ITU-T I.371): what it allows in an hour leaves over the
    whole hour. Where nothing is limited, nothing is asked but that.

    Args:
        rows: letters that may go, in the order in which they are sent.
        courtesy: the practice's manners, where they were read just now.
    """
    courtesy = courtesy or Courtesy.get()
    limits = {ALL: courtesy.most_an_hour} if courtesy.most_an_hour else {}
    limits |= courtesy.limits
    if not rows or (not limits and courtesy.warm_up_from is None):
        return {}
    now = timezone.now()
    most_today = courtesy.most_on(clocks.day_of(now))
    domains = {row.address.rpartition("@")[2] for row in rows}
    limits = {key: number for key, number in limits.items() if key == ALL or key in domains}
    return _Taking(limits, most_today, now).through(rows)


def forget_old_days() -> int:
    """Forget how many letters left on days that are over; return how many days."""
    return Bucket.objects.filter(key__startswith=f"{DAY}:", free_at__lt=timezone.now() - 2 * DAYS).delete()[0]


class _Taking:
    """One batch that takes its share."""

    def __init__(self, limits: dict[str, int], most_today: int | None, now: datetime) -> None:
        self.now, self.most_today = now, most_today
        self.gaps = {key: HOUR / number for key, number in limits.items()}
        self.day = f"{DAY}:{clocks.day_of(now):%Y-%m-%d}"
        self.tomorrow = datetime.combine(clocks.day_of(now) + timedelta(days=1), time.min, clocks.zone())

    @transaction.atomic
    def through(self, rows: Sequence[Row]) -> dict[UUID, datetime]:
        """Go through the letters with the buckets locked."""
        keys = sorted([*self.gaps, *([self.day] if self.most_today is not None else [])])
        Bucket.objects.bulk_create([Bucket(key=key, free_at=self.now) for key in keys], ignore_conflicts=True)
        locked = Bucket.objects.select_for_update().filter(key__in=keys).order_by("key")
        self.buckets = {bucket.key: bucket for bucket in locked}
        self.free = {key: max(self.buckets[key].free_at, self.now) for key in self.gaps}
        self.later = dict(self.free)
        waiting = {row.pk: until for row in rows if (until := self.one(row)) is not None}
        for key, moment in self.free.items():
            self.buckets[key].free_at = moment
        Bucket.objects.bulk_update(self.buckets.values(), ["free_at", "used"])
        return waiting

    def one(self, row: Row) -> datetime | None:
        """Take one letter's share; return until when it waits where there is none left."""
        domain = row.address.rpartition("@")[2]
        keys = [key for key in (ALL, domain) if key in self.gaps]
        if self.most_today is not None and self.buckets[self.day].used >= self.most_today:
            return self.tomorrow
        if any(self.free[key] - self.now >= BURST for key in keys):
            turn = max(self.later[key] for key in keys)
            for key in keys:
                self.later[key] = max(self.later[key], turn) + self.gaps[key]
            return turn - BURST + max(self.gaps[key] for key in keys)
        for key in keys:
            self.free[key] += self.gaps[key]
            self.later[key] = max(self.later[key], self.free[key])
        if self.most_today is not None:
            self.buckets[self.day].used += 1
        return None

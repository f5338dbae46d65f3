"""What time and what day it is where the practice is, wherever the computer stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils import timezone

from practice import zones
from practice.models import Location

KEPT_FOR = 60  # seconds; a change made here is seen at once, one made by another machine after this


def zone() -> tzinfo:
    """Return the main location's zone; the settings' before there is one."""
    name = cache.get(zones.KEY)
    if name is None:
        name = Location.objects.values_list("time_zone", flat=True).first() or ""
        cache.set(zones.KEY, name, KEPT_FOR)
    return ZoneInfo(name) if name else timezone.get_default_timezone()


def today() -> date:
    """Return the day it is at the main location; in the settings' zone before there is one."""
    return today_in(zone())


def today_in(where: tzinfo) -> date:
    """Return the day it is in a zone."""
    return timezone.localdate(timezone=where)


def day_of(moment: datetime) -> date:
    """Return the day that an aware moment falls on at the main location."""
    return local(moment).date()


def local(moment: datetime) -> datetime:
    """Return an aware moment as the main location's clock shows it."""
    return timezone.localtime(moment, zone())


class PracticeZone(tzinfo):
    """The main location's zone, which is looked up when a time is first shown: most answers show none."""

    @cached_property
    def zone(self) -> tzinfo:
        """Return the zone."""
        return zone()

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return how far the clock is from UTC."""
        return self.zone.utcoffset(moment)

    def dst(self, moment: datetime | None) -> timedelta | None:
        """Return how much of that is summer time."""
        return self.zone.dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        """Return the zone's short name at that moment, as PST."""
        return self.zone.tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        """Return what the clock shows at a moment of UTC."""
        return self.zone.fromutc(moment.replace(tzinfo=self.zone)).replace(tzinfo=self)

    def __str__(self) -> str:
        return str(self.zone)


def at_the_practice() -> timezone.override:
    """Return a context in which every time is shown and read by the practice's clock."""
    return timezone.override(PracticeZone())

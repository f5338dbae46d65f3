"""What day it is where the practice is, wherever the computer stands."""

from __future__ import annotations

from datetime import date, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone

from practice.models import Location


def today() -> date:
    """Return the day it is at the main location; in the settings' zone before there is one."""
    return today_in(zone())


def today_in(where: tzinfo) -> date:
    """Return the day it is in a zone."""
    return timezone.localdate(timezone=where)


def zone() -> tzinfo:
    """Return the main location's zone; the settings' before there is one."""
    name = Location.objects.values_list("time_zone", flat=True).first()
    return ZoneInfo(name) if name else timezone.get_default_timezone()

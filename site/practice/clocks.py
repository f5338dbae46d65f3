"""What day it is where the practice is, wherever the computer stands."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from practice.models import Location


def today() -> date:
    """Return the day it is at the main location; in the settings' zone before there is one."""
    zone = Location.objects.values_list("time_zone", flat=True).first()
    return timezone.localdate(timezone=ZoneInfo(zone) if zone else None)

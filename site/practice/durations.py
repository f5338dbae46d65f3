"""Lengths of time as people say them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60


def in_words(length: timedelta) -> str:
    """Return a length as "44 min", "1 h 44 min", "1 day, 16 hours", or from a week on as "9 days"."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < HOUR:
        return _("%(n)s min") % {"n": minutes}
    if minutes < DAY:
        hours, rest = divmod(minutes, HOUR)
        return _("%(h)s h %(n)s min") % {"h": hours, "n": rest} if rest else _("%(h)s h") % {"h": hours}
    if minutes >= WEEK:
        return _days(round(minutes / DAY))
    days, hours = divmod(round(minutes / HOUR), 24)
    if not hours:
        return _days(days)
    return f"{_days(days)}, {ngettext('%(n)s hour', '%(n)s hours', hours) % {'n': hours}}"


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}

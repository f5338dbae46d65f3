"""What stands at the top of public pages: that we are closed today and when we open, and the practice's alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from practice import spoken
from practice.models import Location, Practice

FURTHEST = 60  # days ahead in which the next opening is looked for


@dataclass(frozen=True)
class Notice:
    """One line; `level` is info, warn or bad, `is_status` where a screen reader may say it as the state of things."""

    text: str
    level: str = "info"
    link: str = ""
    link_label: str = ""
    is_status: bool = False
    lang: str = ""


def notices(practice: Practice | None, location: Location | None, now: datetime | None = None) -> list[Notice]:
    """Return what to tell everybody now, the loudest first.

    Args:
        practice: whose alerts; None before it is set up.
        location: whose hours and holidays; None where there is none.
        now: an aware moment; this one where it is left out.
    """
    now = now or timezone.now()
    said = []
    if practice is not None:
        said = [
            Notice(
                alert.shown_text,
                alert.level,
                alert.link,
                alert.shown_link_label or _("Read more"),
                lang=spoken.left_in_english(alert, "text"),
            )
            for alert in practice.alerts.all()
            if alert.shows(now)
        ]
    if location is not None and (closed := closed_today(location, now)):
        said.append(Notice(closed, "warn", is_status=True))
    return sorted(said, key=lambda notice: ("bad", "warn", "info").index(notice.level))


def closed_today(location: Location, now: datetime) -> str:
    """Return "Closed today: Thanksgiving. We open Friday at 8:00 AM.", or nothing.

    A holiday on a weekday that is never open is no news, so nothing is said of it.
    """
    today = now.astimezone(location.zone).date()
    closure = next((closure for closure in location.closures.all() if closure.on == today), None)
    weekdays = {hours.weekday for hours in location.hours.all()}
    if closure is None or (weekdays and today.weekday() not in weekdays):
        return ""
    closed = _("Closed today: %(name)s.") % {"name": closure.shown_name}
    opens = next_opening(location, today)
    return f"{closed} {_opening(opens, today)}" if opens else closed


def next_opening(location: Location, day: date) -> datetime | None:
    """Return when the doors open on the first open day after `day`, in the location's zone."""
    for ahead in range(1, FURTHEST + 1):
        if spans := location.hours_on(day + timedelta(days=ahead)):
            return spans[0][0]
    return None


def _opening(opens: datetime, today: date) -> str:
    at = time_format(opens.time(), "g:i A")
    if opens.date() - today < timedelta(days=7):
        return _("We open %(day)s at %(time)s.") % {"day": WEEKDAYS[opens.weekday()], "time": at}
    day = date_format(opens.date(), _("l, F j"))
    return _("We open on %(day)s at %(time)s.") % {"day": day, "time": at}


def next_change(practice: Practice | None, location: Location | None, now: datetime) -> datetime:
    """Return the moment until which `notices` says the same: for whoever keeps pages.

    It is the location's next midnight, or the begin or end of an alert before that.
    """
    zone = location.zone if location else UTC
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    moments = [datetime.combine(tomorrow, time.min, zone).astimezone(UTC)]
    if practice is not None:
        edges = [edge for alert in practice.alerts.all() for edge in (alert.starts_at, alert.ends_at)]
        moments += [edge for edge in edges if edge is not None and edge > now]
    return min(moments)

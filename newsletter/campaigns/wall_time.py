"""From the clock on the practice's wall to a moment, also in the nights in which that clock is turned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from practice import clocks


@dataclass(frozen=True)
class Wall:
    """A day and a time by the practice's clock.

    Args:
        at: the moment that is meant, in UTC. Of a time that comes twice it is the first; of one that never comes, the
            moment as much later as the clock was turned.
        words: what is odd about it, for whoever chose it; "" where nothing is.
    """

    at: datetime
    words: str = ""

    @classmethod
    def of(cls, day: date, at: time, zone: tzinfo | None = None) -> Wall:
        """Return the moment at which the practice's clock shows `at` on `day`.

        Args:
            day: of the calendar there.
            at: naive.
            zone: the practice's where it is left out.
        """
        zone = zone or clocks.zone()
        shown = datetime.combine(day, at)
        first = shown.replace(tzinfo=zone, fold=0)
        second = shown.replace(tzinfo=zone, fold=1)
        moment = first.astimezone(UTC)
        if first.utcoffset() == second.utcoffset():
            return cls(moment)
        words = {"time": time_format(at), "day": date_format(day)}
        if moment.astimezone(zone).replace(tzinfo=None) != shown:
            really = time_format(moment.astimezone(zone).time())
            return cls(
                moment,
                _("On %(day)s the clock is turned forward, and %(time)s never comes: it leaves at %(really)s.")
                % {**words, "really": really},
            )
        return cls(
            moment,
            _("On %(day)s the clock is turned back, and %(time)s comes twice: it leaves the first time.") % words,
        )


def days_from(moment: datetime, zone: tzinfo, number: int) -> list[date]:
    """Return so many days of the calendar in `zone`, from the one of an aware moment on."""
    first = moment.astimezone(zone).date()
    return [first + timedelta(days=place) for place in range(number)]

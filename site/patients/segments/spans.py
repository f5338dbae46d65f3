"""Spans of time that people say, as "18 months ago", turned into one calendar day: the same in SQL and in Python.

One rule for months and years: the same day of the month so many months before (or after); where that month has no such
day, its last one. A question compares days with this one boundary, so the database never counts months itself.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

FEBRUARY_29 = 229
MARCH_1 = 301


class Unit(models.TextChoices):
    """In what people count time."""

    DAYS = "days", _("days")
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")


_SAID = {
    Unit.DAYS: ngettext_lazy("%(n)d day", "%(n)d days", "n"),
    Unit.WEEKS: ngettext_lazy("%(n)d week", "%(n)d weeks", "n"),
    Unit.MONTHS: ngettext_lazy("%(n)d month", "%(n)d months", "n"),
    Unit.YEARS: ngettext_lazy("%(n)d year", "%(n)d years", "n"),
}
_DAYS = {Unit.DAYS: 1.0, Unit.WEEKS: 7.0, Unit.MONTHS: 365.25 / 12, Unit.YEARS: 365.25}


def said(number: int, unit: str) -> str:
    """Return a span in words: "18 months"."""
    words: str | Promise = _SAID[Unit(unit)] % {"n": number}
    return str(words)


def before(day: date, number: int, unit: str) -> date:
    """Return the day that lies so long before `day`; the first day of the calendar where it would lie before that."""
    return _moved(day, -number, Unit(unit))


def after(day: date, number: int, unit: str) -> date:
    """Return the day that lies so long after `day`; the last day of the calendar where it would lie behind that."""
    return _moved(day, number, Unit(unit))


def days_in(number: int, unit: str) -> int:
    """Return how many days a span is where no calendar gives it a place, as of a usual interval: 12 months are 365."""
    return round(number * _DAYS[Unit(unit)])


def youngest_birth(day: date, years: int) -> date:
    """Return the last date of birth with which somebody is at least `years` old on `day`.

    One born on February 29 is older from March 1 in common years, as in Patient.age_on.
    """
    return _moved(day, -years, Unit.YEARS)


def birthdays(days: Iterable[date]) -> list[int]:
    """Return month * 100 + day of every birthday that is kept on one of `days`, in order.

    In a common year, one born on February 29 keeps it on March 1, when they are older.
    """
    found: set[int] = set()
    for day in days:
        found.add(day.month * 100 + day.day)
        if (day.month, day.day) == (3, 1) and not isleap(day.year):
            found.add(FEBRUARY_29)
    return sorted(found)


def month_of(day: date) -> list[date]:
    """Return every day of the month in which `day` lies."""
    return [day.replace(day=number) for number in range(1, monthrange(day.year, day.month)[1] + 1)]


def next_days(day: date, number: int) -> list[date]:
    """Return `day` and the `number` days after it."""
    return [day + timedelta(days=step) for step in range(number + 1)]


def _moved(day: date, number: int, unit: Unit) -> date:
    if unit in {Unit.DAYS, Unit.WEEKS}:
        try:
            return day + timedelta(days=number * (7 if unit == Unit.WEEKS else 1))
        except OverflowError:
            return date.min if number < 0 else date.max
    months = day.year * 12 + day.month - 1 + number * (12 if unit == Unit.YEARS else 1)
    year, month = divmod(months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

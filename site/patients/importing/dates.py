"""Dates as practice systems write them, and whether the day or the month comes first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from patients.importing.refusals import Fault

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?")
WORDS = re.compile(r"(?:([A-Za-z]{3,9})\.?[ -](\d{1,2})|(\d{1,2})[ -]([A-Za-z]{3,9})\.?),?[ -](\d{4}|\d{2})(?: .*)?")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([AaPp])?\.?[Mm]?\.?")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
OLDEST = 1900
NEVER = frozenset({"0000-00-00", "00/00/0000", "0/0/0000", "01/01/0001", "0001-01-01", "//", "/  /"})


class Order(StrEnum):
    """What comes first in 03/04/1961."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


class Tally:
    """What the dates of one column tell of their order."""

    def __init__(self) -> None:
        self.month_first = self.day_first = self.either = 0

    def take(self, text: str) -> None:
        """Look at one cell."""
        found = FIGURES.fullmatch(text)
        if found is None:
            return
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            self.day_first += 1
        elif second > 12 >= first:
            self.month_first += 1
        elif first != second and first <= 12:
            self.either += 1

    @property
    def order(self) -> Order | None:
        """Return the order that every date of the column obeys; None where they do not tell, or contradict."""
        if self.month_first and not self.day_first:
            return Order.MONTH_FIRST
        return Order.DAY_FIRST if self.day_first and not self.month_first else None

    @property
    def must_be_asked(self) -> bool:
        """Whether some date can be read in two ways, and the others do not tell how."""
        return bool(self.either) and self.order is None


@lru_cache(maxsize=65_536)
def day(text: str, order: str, today: date) -> date | None:
    """Return a day; None for what says that there is none.

    Args:
        text: the cell.
        order: an Order; "" where nobody knows, so that what can be read in two ways is refused.
        today: two figures of a year are the last such year that has begun.

    Raises:
        Fault: not_a_date, two_ways, too_old.
    """
    if text in NEVER:
        return None
    year, month, number = _parts(text, order, today)
    try:
        found = date(year, month, number)
    except ValueError as error:
        raise Fault("not_a_date") from error
    if found.year < OLDEST:
        raise Fault("too_old")
    return found


def _parts(text: str, order: str, today: date) -> tuple[int, int, int]:
    if found := FIGURES.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4], today)
        if first > 12:
            return year, second, first
        if second > 12 or first == second:
            return year, first, second
        if not order:
            raise Fault("two_ways")
        return (year, first, second) if order == Order.MONTH_FIRST else (year, second, first)
    if found := ISO.fullmatch(text) or COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := WORDS.fullmatch(text):
        month = (found[1] or found[4])[:3].lower()
        if month in MONTHS:
            return _year(found[5], today), MONTHS.index(month) + 1, int(found[2] or found[3])
    raise Fault("not_a_date")


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    found = today.year // 100 * 100 + int(text)
    return found if found <= today.year else found - 100


def birth(order: str, today: date) -> Callable[[str], date | None]:
    """Return a parser of birth dates: one in the future is refused."""

    def parse(text: str) -> date | None:
        found = day(text, order, today)
        if found is not None and found > today:
            raise Fault("in_future")
        return found

    return parse


def planned(order: str, today: date) -> Callable[[str], date | None]:
    """Return a parser of days of visits: two figures of a year may mean one to come."""

    def parse(text: str) -> date | None:
        return day(text, order, today + timedelta(days=366 * 5))

    return parse


def clock(text: str) -> time:
    """Return a time of the day: "9:40 AM", "14:05", or the end of a date with one; midnight is not said.

    Raises:
        Fault: not_a_date.
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise Fault("not_a_date")
    hour, half = int(found[1]), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise Fault("not_a_date")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2] or 0))
    except ValueError as error:
        raise Fault("not_a_date") from error


def moment(text: str, order: str, today: date) -> tuple[date | None, time | None]:
    """Return the day of a date with a time, and the time where one is said."""
    head, _blank, tail = text.replace("T", " ", 1).partition(" ") if text[:1].isdigit() else (text, "", "")
    found = planned(order, today)(head)
    return found, clock(tail.rstrip("Z")) if tail.strip() else None


def as_datetime(found: date, at: time) -> datetime:
    """Return a day and a time as a moment without a zone."""
    return datetime.combine(found, at)

"""Opening hours in words, days with the same hours together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import NamedTuple, Protocol

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from practice.listing import together

MONDAY = date(2024, 1, 1)


class Span(Protocol):
    """One span of one weekday; Monday is 0."""

    weekday: int
    opens: time
    closes: time


class Line(NamedTuple):
    """One line of the hours: the days, and from when to when, once or more."""

    days: str
    spans: tuple[str, ...]

    @property
    def times(self) -> str:
        """Return the spans as one text."""
        return ", ".join(self.spans)


def lines(spans: Iterable[Span]) -> list[Line]:
    """Return the week's hours, neighbouring days with the same spans on one line; closed days are left out."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for span in spans:
        by_day.setdefault(span.weekday, []).append((span.opens, span.closes))
    runs: list[tuple[list[int], list[tuple[time, time]]]] = []
    for day in sorted(by_day):
        times = sorted(by_day[day])
        if runs and runs[-1][1] == times and runs[-1][0][-1] == day - 1:
            runs[-1][0].append(day)
        else:
            runs.append(([day], times))
    return [Line(_days(days), _times(times)) for days, times in runs]


def _days(days: list[int]) -> str:
    # languages that have no short names of days, or none that people read, name them in full by another format
    names = [date_format(MONDAY + timedelta(days=day), pgettext("day of opening hours", "D")) for day in days]
    if len(names) > 2:
        return capfirst(_("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]})
    return capfirst(together(names))


def _times(spans: list[tuple[time, time]]) -> tuple[str, ...]:
    return tuple(f"{time_format(opens, 'g:i A')} – {time_format(closes, 'g:i A')}" for opens, closes in spans)

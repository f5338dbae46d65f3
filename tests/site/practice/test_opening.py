"""Opening hours in words, and the phone as a link."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import opening
from practice.models import Location, StaffMember


class Span(NamedTuple):
    """One span of one weekday."""

    weekday: int
    opens: time
    closes: time


def day(weekday: int, opens: int = 8, closes: int = 17) -> Span:
    """Return one span in whole hours."""
    return Span(weekday, time(opens), time(closes))


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ([], []),
        ([day(0)], ["Mon: 8:00 AM – 5:00 PM"]),
        ([day(0), day(1)], ["Mon and Tue: 8:00 AM – 5:00 PM"]),
        (
            [*map(day, range(4)), day(4, 8, 13)],
            ["Mon to Thu: 8:00 AM – 5:00 PM", "Fri: 8:00 AM – 1:00 PM"],
        ),
        ([day(0), day(2)], ["Mon: 8:00 AM – 5:00 PM", "Wed: 8:00 AM – 5:00 PM"]),
        ([day(5, 13, 17), day(5, 8, 12)], ["Sat: 8:00 AM – 12:00 PM, 1:00 PM – 5:00 PM"]),
    ],
)
def test_days_with_the_same_hours_stand_together(spans: list[Span], said: list[str]) -> None:
    assert [f"{line.days}: {line.times}" for line in opening.lines(spans)] == said


@given(st.lists(st.builds(day, st.integers(0, 6), st.integers(0, 11), st.integers(12, 23)), max_size=14))
def test_no_span_is_lost_and_no_closed_day_opens(spans: list[Span]) -> None:
    lines = opening.lines(spans)
    assert len(lines) <= len({span.weekday for span in spans})
    assert bool(lines) == bool(spans)


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("(360) 555-0142", "tel:+13605550142"),
        ("360-555-0142", "tel:+13605550142"),
        ("+44 20 7946 0958", "tel:+442079460958"),
        ("1 360 555 0142", "tel:+13605550142"),
    ],
)
def test_a_phone_number_can_be_called(phone: str, link: str) -> None:
    assert Location(phone=phone).phone_uri == link
    assert Location(phone=phone).emergency_phone_uri == link
    assert Location(phone="360-555-0100", emergency_phone=phone).emergency_phone_uri == link


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Dr. Maren Okafor", "MO"), ("Jun Takeda, RDH", "JT"), ("Rosa", "R"), ("Dr. X", "X"), ("Ana de la Cruz", "AC")],
)
def test_initials_leave_titles_out(name: str, letters: str) -> None:
    assert StaffMember(name=name).initials == letters

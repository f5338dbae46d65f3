"""Spans of time: one rule for months and years, and February 29 as ages have it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Patient
from patients.segments import spans

DAYS = st.dates(date(1920, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "number", "unit", "expected"),
    [
        (date(2026, 3, 31), 1, "months", date(2026, 2, 28)),
        (date(2028, 3, 31), 1, "months", date(2028, 2, 29)),
        (date(2028, 2, 29), 1, "years", date(2027, 2, 28)),
        (date(2028, 2, 29), 4, "years", date(2024, 2, 29)),
        (date(2026, 11, 23), 18, "months", date(2025, 5, 23)),
        (date(2026, 1, 15), 2, "weeks", date(2026, 1, 1)),
        (date(2026, 1, 1), 1, "days", date(2025, 12, 31)),
        (date(2026, 1, 1), 1200, "years", date(826, 1, 1)),
        (date(500, 1, 1), 1200, "years", date.min),
        (date(500, 1, 1), 9000, "weeks", date(327, 7, 8)),
        (date(5, 1, 1), 9000, "weeks", date.min),
    ],
)
def test_so_long_ago_is_one_day(day: date, number: int, unit: str, expected: date) -> None:
    assert spans.before(day, number, unit) == expected


def test_what_lies_behind_the_calendar_ends_with_it() -> None:
    assert spans.after(date(9999, 6, 1), 12, "months") == date.max
    assert spans.after(date(9999, 12, 30), 5, "days") == date.max


@given(day=DAYS, number=st.integers(1, 600))
def test_a_month_back_never_leaves_its_month_and_never_runs_ahead(day: date, number: int) -> None:
    back = spans.before(day, number, "months")
    assert (day.year * 12 + day.month) - (back.year * 12 + back.month) == number
    assert back.day <= day.day
    assert spans.before(day, number, "months") <= spans.before(day + timedelta(days=1), number, "months")


@given(born=st.one_of(DAYS, st.just(date(2004, 2, 29))), day=DAYS, years=st.integers(0, 130))
def test_the_youngest_birth_of_an_age_is_the_age_rule_of_patients(born: date, day: date, years: int) -> None:
    age = Patient(born_on=born).age_on(day)
    assert age is not None
    assert (born <= spans.youngest_birth(day, years)) == (age >= years)


def test_february_29_is_kept_on_march_1_in_common_years() -> None:
    assert spans.FEBRUARY_29 not in spans.birthdays(spans.month_of(date(2027, 2, 1)))
    assert spans.FEBRUARY_29 in spans.birthdays(spans.month_of(date(2027, 3, 1)))
    assert spans.FEBRUARY_29 in spans.birthdays(spans.month_of(date(2028, 2, 1)))
    assert spans.FEBRUARY_29 not in spans.birthdays(spans.month_of(date(2028, 3, 1)))


@given(day=DAYS)
def test_a_birthday_falls_on_one_day_of_each_year(day: date) -> None:
    year = [date(day.year, 1, 1) + timedelta(days=step) for step in range(365)]
    assert sum(spans.FEBRUARY_29 in spans.birthdays([one]) for one in year) == 1
    patient = Patient(born_on=date(2000, 2, 29))
    on = next(one for one in year if spans.FEBRUARY_29 in spans.birthdays([one]))
    before = patient.age_on(on - timedelta(days=1))
    assert before is not None
    assert patient.age_on(on) == before + 1


def test_spans_are_said_in_words() -> None:
    assert spans.said(1, "months") == "1 month"
    assert spans.said(18, "months") == "18 months"
    assert spans.days_in(12, "months") == 365
    assert spans.days_in(1, "years") == 365
    assert spans.days_in(2, "weeks") == 14

"""What people type is read as they mean it, and asked about where it may mean two things."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_portal.cases import typed

TODAY = date(2026, 11, 23)
WALTER = date(1954, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "Walter Brandvold 03/14/1954 360-555-0188",
        "Walter Brandvold  3/14/54  (360) 555-0188",
        "Brandvold, Walter; DOB: 1954-03-14; Tel. 360.555.0188",
        "Brandvold, Walter\t03/14/1954\t360 555 0188",
        "Walter Brandvold, born March 14, 1954, phone 1-360-555-0188",
        "360-555-0188 Walter Brandvold Mar. 14 1954",
        "14.03.1954 Walter Brandvold +1 360 555 0188",
    ],
)
def test_a_pasted_line_is_read_whatever_its_order(text: str) -> None:
    line = typed.line(text, TODAY)
    assert (line.given_name, line.family_name, line.days) == ("Walter", "Brandvold", (WALTER,))
    assert typed.phone_shown(line.phone) == "(360) 555-0188"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("03/04/1954", (date(1954, 3, 4), date(1954, 4, 3))),
        ("04/04/1954", (date(1954, 4, 4),)),
        ("03/14/1954", (date(1954, 3, 14),)),
        ("1954-03-04", (date(1954, 3, 4),)),
        ("March 4, 1954", (date(1954, 3, 4),)),
        ("2/30/1954", ()),
        ("11/24/2026", ()),
        ("01/01/1890", ()),
        ("Marching 4, 1954", ()),
        ("", ()),
    ],
)
def test_a_date_that_may_mean_two_days_gives_both(text: str, days: tuple[date, ...]) -> None:
    assert typed.days_in(text, TODAY) == days


def test_names_of_several_words_are_kept() -> None:
    line = typed.line("Ana María de la Cruz-Ortiz 03/14/1954 360-555-0188", TODAY)
    assert (line.given_name, line.family_name) == ("Ana", "María de la Cruz-Ortiz")
    line = typed.line("O'Brien-Smith, Mary Ann 3/14/1954", TODAY)
    assert (line.given_name, line.family_name, line.phone) == ("Mary Ann", "O'Brien-Smith", "")


@given(st.text(max_size=200))
@settings(max_examples=400, deadline=None)
def test_any_line_is_read_without_trouble(text: str) -> None:
    line = typed.line(text, TODAY)
    assert len(line.days) <= 2
    assert all(day <= TODAY for day in line.days)


@given(st.dates(date(1910, 1, 1), TODAY))
def test_an_american_date_is_always_among_the_readings(day: date) -> None:
    assert day in typed.days_in(day.strftime("%m/%d/%Y"), TODAY)
    assert typed.days_in(day.isoformat(), TODAY) == (day,)

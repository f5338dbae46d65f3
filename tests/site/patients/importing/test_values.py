"""Cells are read as people wrote them; what is no such thing is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.importing import dates, values
from patients.importing.dates import Order, Tally
from patients.importing.refusals import ROW_WORDS, Fault

TODAY = date(2026, 11, 23)


def fault_of(parse, text: str) -> str:
    with pytest.raises(Fault) as caught:
        parse(text)
    assert caught.value.code in ROW_WORDS
    return caught.value.code


@pytest.mark.parametrize(
    "text", ["(360) 555-0142", "360.555.0142", "1-360-555-0142", "+1 360 555 0142", "3605550142", "360-555-0142 x12"]
)
def test_a_phone_has_one_form(text: str) -> None:
    assert values.phone(text) == "+13605550142"


PHONES = st.text(alphabet="0123456789() .-+x#", max_size=20) | st.from_regex(values.AMERICAN)


def said(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except Fault as fault:
        return f"refused: {fault.code}"


@given(PHONES)
def test_a_phone_is_the_same_by_the_short_way_and_the_long(text: str) -> None:
    assert said(values.phone, text) == said(values.phone_in_any_form, text)


def test_phones_elsewhere_keep_their_country() -> None:
    assert values.phone("+44 20 7946 0018") == "+442079460018"


@pytest.mark.parametrize("text", ["none", "N/A", "000-000-0000", "9999999999", "-"])
def test_no_phone_is_nothing(text: str) -> None:
    assert values.phone(text) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("555-0142", "too_short"),
        ("360555", "too_short"),
        ("36055501421234", "too_long"),
        ("call Dana", "not_a_phone"),
        ("060 555 0142", "not_a_phone"),
        ("+44 123", "too_short"),
        ("+44 12345678901234567", "too_long"),
    ],
)
def test_what_is_no_phone_is_refused(text: str, code: str) -> None:
    assert fault_of(values.phone, text) == code


def test_addresses_are_small_and_whole() -> None:
    assert values.email("Margaret@Example.COM") == "margaret@example.com"
    assert values.email("none") == ""
    for text in ("margaret at example", "a@b", "@x.com", "a@@b.com", "a..b@x.com", "a b@x.com", "x" * 250 + "@x.com"):
        assert fault_of(values.email, text) == "not_an_address"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", '=cmd|"/C calc"!A0'])
def test_a_name_that_begins_like_a_formula_is_refused(text: str) -> None:
    assert fault_of(values.name, text) == "formula"


@pytest.mark.parametrize("text", ["Ann\x00", "A\x1bB", "x\u202ey", "\ud800"])
def test_signs_that_no_text_has_are_refused(text: str) -> None:
    assert fault_of(values.plain, text) == "control"


def test_a_sheets_error_is_no_name() -> None:
    assert fault_of(values.plain, "#REF!") == "sheet_error"


def test_names_are_at_most_as_long_as_they_can_be_kept() -> None:
    assert values.name("  Mary   Ann ".strip()) == "Mary Ann"
    assert fault_of(values.name, "x" * 81) == "too_long"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ellison, Margaret", ("Margaret", "Ellison")),
        ("Margaret Ellison", ("Margaret", "Ellison")),
        ("de la Cruz, Ana Maria", ("Ana Maria", "de la Cruz")),
        ("Cher", ("", "Cher")),
    ],
)
def test_a_whole_name_is_divided(text: str, name: tuple[str, str]) -> None:
    assert values.full_name(text) == name


def test_zip_codes_get_back_the_zeros_that_a_sheet_drops() -> None:
    assert values.postal_code("2134") == "02134"
    assert values.postal_code("98299-1234") == "98299-1234"
    assert values.postal_code("982991234") == "98299-1234"


def test_words_of_many_systems_are_known() -> None:
    assert values.status("Deceased") == "deceased"
    assert values.status("NonPatient") == "inactive"
    assert values.gender("F") == "female"
    assert values.state("washington") == "WA"
    assert values.state("Bavaria") == ""
    assert values.language("Español") == "es"
    assert values.language("Klingon") == ""
    assert values.payer_class("Apple Health (Medicaid)") == "federal"
    assert values.payer_class("Delta Dental PPO") == "commercial"
    assert values.payer_class("Self-Pay") == "self_pay"
    assert values.yes_or_no("Opt-in") is True
    assert values.yes_or_no("No") is False
    assert values.yes_or_no("n/a") is None
    assert fault_of(values.status, "Platinum") == "unknown_status"
    assert fault_of(values.yes_or_no, "maybe") == "not_yes_or_no"


def test_money_is_counted_in_cents() -> None:
    assert values.cents("$1,234.50") == 123_450
    assert values.cents("(12.00)") == -1_200
    assert values.cents("0") == 0
    assert fault_of(values.cents, "much") == "not_a_number"
    assert values.number("12.5") == Decimal("12.5")
    for text in ("NaN", "Infinity", "1e40", "x"):
        assert fault_of(values.number, text) == "not_a_number"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3/14/1955", date(1955, 3, 14)),
        ("14/3/1955", date(1955, 3, 14)),
        ("03-04-61", date(1961, 3, 4)),
        ("3/4/15", date(2015, 3, 4)),
        ("1955-03-14", date(1955, 3, 14)),
        ("1955-03-14T00:00:00", date(1955, 3, 14)),
        ("19550314", date(1955, 3, 14)),
        ("Mar 14, 1955", date(1955, 3, 14)),
        ("14 March 1955", date(1955, 3, 14)),
        ("14-Mar-55", date(1955, 3, 14)),
        ("5/5/1990", date(1990, 5, 5)),
        ("2/29/2024", date(2024, 2, 29)),
        ("00/00/0000", None),
    ],
)
def test_dates_are_read_as_systems_write_them(text: str, found: date | None) -> None:
    assert dates.day(text, Order.MONTH_FIRST, TODAY) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [("2/29/2023", "not_a_date"), ("13/13/1990", "not_a_date"), ("soon", "not_a_date"), ("1/1/1850", "too_old")],
)
def test_what_is_no_date_is_refused(text: str, code: str) -> None:
    assert fault_of(lambda cell: dates.day(cell, Order.MONTH_FIRST, TODAY), text) == code


def test_a_date_that_can_be_read_in_two_ways_is_not_guessed() -> None:
    assert fault_of(lambda cell: dates.day(cell, "", TODAY), "3/4/1961") == "two_ways"
    assert dates.day("3/4/1961", Order.DAY_FIRST, TODAY) == date(1961, 4, 3)
    assert dates.day("13/4/1961", "", TODAY) == date(1961, 4, 13)


def test_nobody_is_born_in_the_future() -> None:
    assert fault_of(dates.birth(Order.MONTH_FIRST, TODAY), "11/24/2026") == "in_future"
    assert dates.birth(Order.MONTH_FIRST, TODAY)("11/23/2026") == TODAY


def test_a_column_tells_its_order_by_its_dates() -> None:
    month, day, neither, both = Tally(), Tally(), Tally(), Tally()
    for text in ("3/4/1961", "3/14/1955"):
        month.take(text)
    for text in ("3/4/1961", "14/3/1955"):
        day.take(text)
    neither.take("3/4/1961")
    for text in ("3/4/1961", "14/3/1955", "3/14/1955"):
        both.take(text)
    assert (month.order, day.order, neither.order, both.order) == (Order.MONTH_FIRST, Order.DAY_FIRST, None, None)
    assert [one.must_be_asked for one in (month, day, neither, both)] == [False, False, True, True]


def test_clocks_are_read() -> None:
    assert dates.clock("9:40 AM") == time(9, 40)
    assert dates.clock("12:05 am") == time(0, 5)
    assert dates.clock("14:05") == time(14, 5)
    assert dates.clock("2p") == time(14)
    assert fault_of(dates.clock, "25:00") == "not_a_date"
    assert dates.moment("2026-11-30 09:40:00", "", TODAY) == (date(2026, 11, 30), time(9, 40))
    assert dates.moment("11/30/2026 2:15 PM", Order.MONTH_FIRST, TODAY) == (date(2026, 11, 30), time(14, 15))


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(list(Order)))
def test_every_day_is_read_as_it_was_written(day: date, order: Order) -> None:
    text = day.strftime("%m/%d/%Y" if order is Order.MONTH_FIRST else "%d/%m/%Y")
    assert dates.day(text, order, TODAY) == day
    assert dates.day(day.isoformat(), "", TODAY) == day


@given(st.text(max_size=40))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (
        *(values.phone, values.email, values.name, values.cents, values.number, values.postal_code, values.yes_or_no),
        *(values.status, values.identity, values.full_name, values.payer_class, values.state, dates.clock),
        lambda cell: dates.day(cell, "", TODAY),
    ):
        with suppress(Fault):
            parse(values.plain(text))

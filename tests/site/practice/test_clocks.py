"""Clocks: open hours, holidays, and the two days a year when the wall clock jumps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from practice import clocks
from practice.models import Location, OpeningHours
from tests.factories.practice import LocationFactory, closed, open_weekdays

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HERE = ZoneInfo("America/Los_Angeles")


def here(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=HERE, fold=fold)  # type: ignore[misc,arg-type]


FRIDAY_AFTERNOON = here(2026, 11, 20, 16, 0)


def test_it_is_open_from_the_first_minute_until_before_the_last(location: Location) -> None:
    assert not location.is_open_at(here(2026, 11, 20, 7, 59))
    assert location.is_open_at(here(2026, 11, 20, 8, 0))
    assert location.is_open_at(here(2026, 11, 20, 16, 59))
    assert not location.is_open_at(here(2026, 11, 20, 17, 0))
    assert not location.is_open_at(here(2026, 11, 21, 12, 0))


def test_it_is_asked_in_any_zone(location: Location) -> None:
    assert location.is_open_at(datetime(2026, 11, 21, 0, 30, tzinfo=UTC))
    assert not location.is_open_at(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


def test_an_hour_that_stands_in_two_spans_counts_once() -> None:
    place = LocationFactory.create()
    for opens, closes in ((8, 12), (10, 14)):
        OpeningHours.objects.create(location=place, weekday=4, opens=time(opens), closes=time(closes))
    assert place.after_open_time(here(2026, 11, 20, 8, 0), timedelta(hours=5)) == here(2026, 11, 20, 13, 0)


def test_a_holiday_is_closed_all_day(location: Location) -> None:
    closed(location, date(2026, 11, 26), "Thanksgiving")
    assert location.hours_on(date(2026, 11, 26)) == []
    assert not location.is_open_at(here(2026, 11, 26, 10, 0))


def test_a_lunch_break_parts_the_day(location: Location) -> None:
    OpeningHours.objects.filter(location=location, weekday=4).delete()
    for opens, closes in ((time(13), time(17)), (time(8), time(12))):
        OpeningHours.objects.create(location=location, weekday=4, opens=opens, closes=closes)
    assert [opens.hour for opens, _ in location.hours_on(date(2026, 11, 20))] == [8, 13]
    assert not location.is_open_at(here(2026, 11, 20, 12, 30))
    assert location.after_open_time(here(2026, 11, 20, 11, 0), timedelta(hours=2)) == here(2026, 11, 20, 14, 0)


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        (1, here(2026, 11, 20, 17, 0)),
        (2, here(2026, 11, 23, 9, 0)),
        (10, here(2026, 11, 23, 17, 0)),
        (11, here(2026, 11, 24, 9, 0)),
    ],
)
def test_open_time_runs_only_while_the_doors_are_open(location: Location, hours: int, until: datetime) -> None:
    assert location.after_open_time(FRIDAY_AFTERNOON, timedelta(hours=hours)) == until


def test_open_time_begins_at_the_next_opening(location: Location) -> None:
    closed(location, date(2026, 11, 23))
    assert location.after_open_time(here(2026, 11, 21, 3, 0), timedelta(minutes=5)) == here(2026, 11, 24, 8, 5)


def test_where_no_hours_are_kept_time_runs_around_the_clock() -> None:
    location = LocationFactory.create()
    assert location.after_open_time(FRIDAY_AFTERNOON, timedelta(hours=4)) == FRIDAY_AFTERNOON + timedelta(hours=4)


def test_a_house_that_is_closed_for_long_does_not_stop_the_clock(location: Location) -> None:
    for offset in range(70):
        closed(location, date(2026, 11, 20) + timedelta(days=offset))
    assert location.after_open_time(FRIDAY_AFTERNOON, timedelta(hours=4)) == FRIDAY_AFTERNOON + timedelta(hours=4)


@pytest.mark.parametrize(("days", "until"), [(1, here(2026, 11, 23, 17, 0)), (3, here(2026, 11, 25, 17, 0))])
def test_practice_days_end_at_the_close_of_business(location: Location, days: int, until: datetime) -> None:
    assert location.after_practice_days(FRIDAY_AFTERNOON, days) == until


def test_holidays_are_no_practice_days(location: Location) -> None:
    closed(location, date(2026, 11, 23))
    assert location.after_practice_days(FRIDAY_AFTERNOON, 1) == here(2026, 11, 24, 17, 0)


def test_the_spring_night_is_an_hour_short_and_the_autumn_night_an_hour_long() -> None:
    location = LocationFactory.create()
    OpeningHours.objects.create(location=location, weekday=6, opens=time(0), closes=time(6))
    spring, autumn = here(2026, 3, 8, 0, 0), here(2026, 11, 1, 0, 0)
    assert location.after_open_time(spring, timedelta(hours=5)) == here(2026, 3, 8, 6, 0)
    assert location.after_open_time(autumn, timedelta(hours=7)) == here(2026, 11, 1, 6, 0)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    location = LocationFactory.create()
    OpeningHours.objects.create(location=location, weekday=6, opens=time(0), closes=time(1, 30))
    assert location.is_open_at(here(2026, 11, 1, 1, 15, fold=0))
    assert not location.is_open_at(here(2026, 11, 1, 1, 15, fold=1))


class TestAnyHours(TestCase):
    """Properties of the clock, whatever the hours and the moment."""

    def setUp(self) -> None:
        self.location = open_weekdays(LocationFactory.create())

    moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
    spans = st.timedeltas(timedelta(minutes=1), timedelta(hours=40))

    @given(start=moments, span=spans)
    @settings(max_examples=60, deadline=None)
    def test_the_deadline_is_later_and_while_open_or_at_the_close(self, start: datetime, span: timedelta) -> None:
        until = self.location.after_open_time(start, span)
        assert until >= start + span
        assert self.location.is_open_at(until - timedelta(microseconds=1))

    @given(start=moments, first=spans, second=spans)
    @settings(max_examples=60, deadline=None)
    def test_two_spans_after_each_other_are_one_long_span(
        self, start: datetime, first: timedelta, second: timedelta
    ) -> None:
        after_first = self.location.after_open_time(start, first)
        assert self.location.after_open_time(after_first, second) == self.location.after_open_time(
            start, first + second
        )


class TestToday:
    """At 8 in the morning in London it is still yesterday evening in Honolulu."""

    @pytest.fixture(autouse=True)
    def morning_in_london(self, db: None) -> Iterator[None]:
        with time_machine.travel("2026-11-23 08:30Z", tick=False):
            yield

    def test_it_is_the_day_at_the_main_location(self) -> None:
        LocationFactory.create(name="A first by name", time_zone="America/New_York")
        LocationFactory.create(name="Main", time_zone="Pacific/Honolulu", is_main=True)
        assert clocks.today() == date(2026, 11, 22)

    def test_before_there_is_a_location_it_is_the_day_of_the_settings(self) -> None:
        assert clocks.today() == date(2026, 11, 23)

    def test_a_move_is_seen_at_once_here_and_after_a_minute_elsewhere(self) -> None:
        location = LocationFactory.create(time_zone="America/New_York", is_main=True)
        assert clocks.today() == date(2026, 11, 23)
        location.time_zone = "Pacific/Honolulu"
        location.save()
        assert clocks.today() == date(2026, 11, 22)
        Location.objects.update(time_zone="America/New_York")  # as another machine would
        with time_machine.travel("2026-11-23 08:31:01Z", tick=False):
            assert clocks.today() == date(2026, 11, 23)
        location.delete()
        assert str(clocks.zone()) == "America/Los_Angeles"

    def test_the_zone_is_asked_for_once(self, django_assert_num_queries: Any) -> None:
        LocationFactory.create(time_zone="Pacific/Honolulu")
        with django_assert_num_queries(1):
            assert clocks.today() == clocks.today() == date(2026, 11, 22)


class TestPracticeZone(TestCase):
    """A zone that is looked up late tells the time like the zone itself."""

    @given(
        st.sampled_from(["America/Los_Angeles", "Pacific/Honolulu", "Europe/London", "Australia/Lord_Howe"]),
        st.integers(631152000, 2524608000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),  # 1990 to 2050
    )
    @settings(max_examples=200, deadline=None)
    def test_it_tells_the_same_time(self, name: str, moment: datetime) -> None:
        late = clocks.PracticeZone()
        late.zone = ZoneInfo(name)  # what `zone` would have found
        there, same = moment.astimezone(late), moment.astimezone(ZoneInfo(name))
        assert (there.replace(tzinfo=None), there.fold) == (same.replace(tzinfo=None), same.fold)
        assert (there.utcoffset(), there.dst(), there.tzname()) == (same.utcoffset(), same.dst(), same.tzname())
        assert there.astimezone(UTC) == moment
        assert str(late) == name

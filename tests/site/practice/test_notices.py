"""The lines at the top of public pages: closed today, and what the practice tells everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from practice.alerts import Alert
from practice.models import Location, OpeningHours, Practice
from practice.notices import Notice, closed_today, next_change, next_opening, notices
from tests.factories.practice import LocationFactory, closed, open_weekdays

pytestmark = [pytest.mark.django_db, pytest.mark.both]
THANKSGIVING = date(2026, 11, 26)
NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)


def alert(location: Location, text: str = "Snow: call first.", **fields: object) -> Alert:
    """Return a saved alert of the location's practice."""
    return Alert.objects.create(practice=location.practice, text=text, **{"starts_at": NOW, **fields})


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-25T23:59:59", ""),
        ("2026-11-26T00:00:00", "Closed today: Thanksgiving. We open Friday at 8:00 AM."),
        ("2026-11-26T12:00:00", "Closed today: Thanksgiving. We open Friday at 8:00 AM."),
        ("2026-11-26T23:59:59", "Closed today: Thanksgiving. We open Friday at 8:00 AM."),
        ("2026-11-27T00:00:00", ""),
    ],
)
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu"])
def test_a_holiday_is_said_from_midnight_to_midnight_of_the_place(
    location: Location, moment: str, said: str, zone: str
) -> None:
    location.time_zone = zone
    closed(location, THANKSGIVING, "Thanksgiving")
    here = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    assert closed_today(location, here.astimezone(UTC)) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([THANKSGIVING, date(2026, 11, 27)], "Closed today: Holiday. We open Monday at 8:00 AM."),
        ([THANKSGIVING + timedelta(days=n) for n in range(6)], "Closed today: Holiday. We open Wednesday at 8:00 AM."),
        (
            [THANKSGIVING + timedelta(days=n) for n in range(8)],
            "Closed today: Holiday. We open on Friday, December 4 at 8:00 AM.",
        ),
        ([THANKSGIVING + timedelta(days=n) for n in range(70)], "Closed today: Holiday."),
    ],
)
def test_it_says_when_the_doors_open_again(location: Location, days: list[date], said: str) -> None:
    for day in days:
        closed(location, day)
    assert closed_today(location, datetime(2026, 11, 26, 20, tzinfo=UTC)) == said


def test_a_holiday_on_a_day_that_is_never_open_is_no_news(location: Location) -> None:
    closed(location, date(2026, 11, 28), "Inventory")
    assert closed_today(location, datetime(2026, 11, 28, 20, tzinfo=UTC)) == ""


def test_a_place_without_hours_is_still_closed_on_its_holiday(db: None) -> None:
    bare = LocationFactory.create()
    closed(bare, THANKSGIVING, "Thanksgiving")
    assert closed_today(bare, datetime(2026, 11, 26, 20, tzinfo=UTC)) == "Closed today: Thanksgiving."


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        (date(2026, 3, 8), datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("America/Los_Angeles"))),
        (date(2026, 11, 1), datetime(2026, 11, 2, 8, tzinfo=ZoneInfo("America/Los_Angeles"))),
    ],
)
def test_the_day_on_which_the_clock_jumps_begins_and_ends_at_its_own_midnight(
    location: Location, change: date, opens: datetime
) -> None:
    OpeningHours.objects.create(location=location, weekday=6, opens=time(9), closes=time(12))
    closed(location, change, "Repairs")
    start = datetime.combine(change, time.min, location.zone).astimezone(UTC)
    end = datetime.combine(change + timedelta(days=1), time.min, location.zone).astimezone(UTC)
    assert abs(end - start - timedelta(days=1)) == timedelta(hours=1)
    said = "Closed today: Repairs. We open Monday at 8:00 AM."
    for moment in (start, start + timedelta(hours=10, minutes=30), end - timedelta(seconds=1)):
        assert closed_today(location, moment) == said
        assert next_change(None, location, moment) == end
    assert closed_today(location, start - timedelta(seconds=1)) == ""
    assert closed_today(location, end) == ""
    assert next_opening(location, change) == opens


class AtAnyMoment(TestCase):
    """Whatever the moment and the zone, what is said is true until the moment that is named."""

    def setUp(self) -> None:
        self.location = open_weekdays(LocationFactory.create())
        for day in (date(2026, 3, 6), date(2026, 3, 9), date(2026, 10, 30), date(2026, 11, 2)):
            closed(self.location, day)

    @given(
        st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 10)),  # noqa: DTZ001
        st.sampled_from(["America/Los_Angeles", "America/New_York", "America/Phoenix", "Pacific/Honolulu"]),
    )
    def test_it_says_the_same_until_the_next_change(self, naive: datetime, zone: str) -> None:
        self.location.time_zone = zone
        now = naive.replace(tzinfo=UTC)
        until = next_change(None, self.location, now)
        today = now.astimezone(ZoneInfo(zone)).date()
        assert timedelta(0) < until - now <= timedelta(hours=25)
        assert closed_today(self.location, now) == closed_today(self.location, until - timedelta(seconds=1))
        assert bool(closed_today(self.location, now)) == (
            today in {closure.on for closure in self.location.closures.all()}
        )


def test_an_alert_stands_from_its_first_moment_until_before_its_last(location: Location) -> None:
    snow = alert(location, ends_at=NOW + timedelta(hours=2))
    assert not snow.shows(NOW - timedelta(seconds=1))
    assert snow.shows(NOW)
    assert snow.shows(NOW + timedelta(hours=2, seconds=-1))
    assert not snow.shows(NOW + timedelta(hours=2))
    with time_machine.travel(NOW, tick=False):
        assert Alert.objects.not_over().get() == snow
    assert Alert.objects.not_over(NOW - timedelta(days=1)).get() == snow
    assert not Alert.objects.not_over(NOW + timedelta(hours=2)).exists()


def test_an_alert_without_an_end_stays(location: Location) -> None:
    assert alert(location).shows(NOW + timedelta(days=900))
    assert Alert.objects.not_over(NOW + timedelta(days=900)).exists()


def test_the_loudest_stands_first(location: Location) -> None:
    closed(location, date(2026, 11, 23), "Training day")
    alert(location, "New door on Elm Street.", link="/contact/")
    alert(location, "Our phone is out.", level="bad", link="https://status.example/", link_label="Details")
    said = notices(location.practice, location, NOW)
    assert [notice.level for notice in said] == ["bad", "warn", "info"]
    assert said[0] == Notice("Our phone is out.", "bad", "https://status.example/", "Details")
    assert said[1].text.startswith("Closed today: Training day.")
    assert [notice.is_status for notice in said] == [False, True, False]
    assert said[2].link_label == "Read more"


def test_without_a_practice_or_a_place_nothing_is_said(practice: Practice) -> None:
    assert notices(None, None) == []
    assert notices(practice, None, NOW) == []
    assert next_change(None, None, NOW) == datetime(2026, 11, 24, tzinfo=UTC)


def test_the_next_change_is_the_next_alert_or_midnight(location: Location) -> None:
    practice = location.practice
    midnight = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert next_change(practice, location, NOW) == midnight
    alert(location, ends_at=NOW + timedelta(minutes=30))
    alert(location, starts_at=NOW + timedelta(minutes=10))
    alert(location, starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
    assert next_change(practice, location, NOW) == NOW + timedelta(minutes=10)
    assert next_change(practice, location, NOW + timedelta(minutes=10)) == NOW + timedelta(minutes=30)
    assert next_change(practice, location, NOW + timedelta(minutes=30)) == midnight


@pytest.mark.parametrize("fields", [{"text": ""}, {"level": "loud"}, {"ends_at": NOW}])
def test_the_database_refuses_an_alert_that_makes_no_sense(location: Location, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        alert(location, **{"text": "x", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "/\\evil.example",
        "http://plain.example/",
        "data:text/html,x",
        "x",
        "/a b",
    ],
)
def test_an_alert_leads_only_to_our_pages_or_to_safe_ones(location: Location, link: str) -> None:
    with pytest.raises(ValidationError):
        Alert(practice=location.practice, text="x", link=link).full_clean()


@pytest.mark.parametrize("link", ["", "/contact/", "/newsletter/2026/november/", "https://weather.example/port-ellery"])
def test_an_alert_may_lead_on(location: Location, link: str) -> None:
    Alert(practice=location.practice, text="x", link=link).full_clean()

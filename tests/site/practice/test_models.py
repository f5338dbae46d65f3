"""The practice and its people: facts of one row, and what the database itself refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from practice.follow_ups import FollowUp
from practice.models import AwayDate, Location, OpeningHours, Practice, Provider
from tests.factories.practice import FollowUpFactory, LocationFactory, ServiceFactory, StaffMemberFactory, away, closed

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_there_is_one_practice(practice: Practice) -> None:
    assert Practice.get() == practice
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.create(name="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.create(name="Another", only=False)


def test_before_it_is_set_up_there_is_none() -> None:
    assert Practice.get() is None


def test_a_location_tells_its_address(location: Location) -> None:
    assert location.address_line == "14 Juniper Row, Port Ellery, WA 98399"
    assert location.zone.key == "America/Los_Angeles"


def test_hours_end_after_they_begin(location: Location) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(location=location, weekday=5, opens=time(12), closes=time(12))
    assert str(location.hours.first()) == "Monday, 8:00 AM – 5:00 PM"


def test_a_day_is_closed_once(location: Location) -> None:
    assert str(closed(location, date(2026, 12, 25), "Christmas")) == "Christmas, 2026-12-25"
    with pytest.raises(IntegrityError), transaction.atomic():
        closed(location, date(2026, 12, 25))


def test_people_work_on_their_days_and_not_while_away() -> None:
    member = StaffMemberFactory.create(works_on="0,1,3")
    away(member, date(2026, 11, 23), date(2026, 11, 24))
    worked = [day for day in range(16, 30) if member.works(date(2026, 11, day))]
    assert worked == [16, 17, 19, 26]


def test_nobody_is_their_own_deputy() -> None:
    member = StaffMemberFactory.create()
    member.deputy = member
    with pytest.raises(IntegrityError), transaction.atomic():
        member.save()


def test_nobody_comes_back_before_they_leave() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        away(StaffMemberFactory.create(), date(2026, 11, 24), date(2026, 11, 23))
    assert str(AwayDate(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2))) == "2026-01-01 to 2026-01-02"


def test_a_promise_is_kept_by_somebody_at_some_time() -> None:
    promise = FollowUpFactory.create()
    assert list(FollowUp.objects.open()) == [promise]
    promise.done_at = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(IntegrityError), transaction.atomic():
        promise.save()
    promise.done_by = "user:U-1"
    promise.save()
    assert not FollowUp.objects.open().exists()
    assert str(promise) == "Call back"


def test_names_are_what_people_say(dr_lindqvist: Provider, practice: Practice) -> None:
    service = ServiceFactory.create(name="Implants", providers=[dr_lindqvist])
    assert [str(one) for one in (dr_lindqvist, dr_lindqvist.staff_member, service, practice)] == [
        "Dr. Theo Lindqvist",
        "Theo Lindqvist",
        "Implants",
        "Juniper Row",
    ]


def test_there_is_one_main_location(location: Location) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LocationFactory.create(practice=location.practice, is_main=True)
    second = LocationFactory.create(practice=location.practice)
    second.is_main = True
    with pytest.raises(ValidationError, match="main one"):
        second.full_clean()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "pacific", "../etc/localtime", ""])
def test_a_clock_that_nobody_knows_is_refused(location: Location, zone: str) -> None:
    location.time_zone = zone
    with pytest.raises(ValidationError) as refused:
        location.full_clean()
    assert set(refused.value.message_dict) == {"time_zone"}

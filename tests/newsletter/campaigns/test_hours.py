"""Letters leave within the hours that the owner set, by the clock on the wall, and a letter rests outside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from delivery import sending
from delivery.models import Dispatch, Message
from newsletter.campaigns import actions, approval, results, scheduling
from newsletter.campaigns.forms import WhenForm
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.tasks import send_due
from newsletter.campaigns.wall_time import Wall
from practice.models import Closure, OpeningHours, Practice

ZONE = ZoneInfo("America/Los_Angeles")


def local(*when):
    return datetime(*when, tzinfo=ZONE).astimezone(UTC)


@pytest.fixture(autouse=True)
def now(location):
    with time_machine.travel(local(2026, 11, 23, 9), tick=False) as clock:
        yield clock


def rule(**values):
    return SendingRule.objects.create(practice=Practice.objects.get(), **values)


def by_day(**values):
    return rule(**{"hours": "daily", "starts": time(8), "ends": time(18), **values})


def test_it_works():
    hours = by_day()
    assert hours.first_moment(local(2026, 11, 23, 9)) == local(2026, 11, 23, 9)
    assert hours.first_moment(local(2026, 11, 23, 7, 59)) == local(2026, 11, 23, 8)
    assert hours.first_moment(local(2026, 11, 23, 18)) == local(2026, 11, 24, 8)


def test_without_a_rule_letters_leave_around_the_clock(location):
    assert SendingRule.get().first_moment(local(2026, 11, 23, 3)) == local(2026, 11, 23, 3)
    assert SendingRule.get().in_words == ""


def test_on_workdays_a_saturday_waits_for_monday():
    assert by_day(hours="workdays").first_moment(local(2026, 11, 28, 12)) == local(2026, 11, 30, 8)


def test_while_open_a_holiday_is_closed(location):
    Closure.objects.create(location=location, on=date(2026, 11, 26))
    assert rule(hours="open").first_moment(local(2026, 11, 25, 17)) == local(2026, 11, 27, 8)


def test_a_practice_that_told_no_hours_is_taken_to_be_open(location):
    OpeningHours.objects.all().delete()
    assert rule(hours="open").first_moment(local(2026, 11, 23, 3)) == local(2026, 11, 23, 3)


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2026, 11, 1)])
def test_on_the_days_when_the_clock_is_turned_the_hours_are_those_of_the_wall(day):
    window = by_day().window(datetime.combine(day, time(12), ZONE))
    assert window.opens.astimezone(ZONE).time() == time(8)
    assert window.closes.astimezone(ZONE).time() == time(18)


@pytest.mark.parametrize("values", [{"hours": "daily"}, {"hours": "daily", "starts": time(9), "ends": time(9)}])
def test_hours_have_two_ends(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(**values)


def test_a_time_that_never_comes_is_an_hour_later_and_says_so():
    wall = Wall.of(date(2027, 3, 14), time(2, 30), ZONE)
    assert wall.at == local(2027, 3, 14, 3, 30)
    assert "never comes" in wall.words
    assert "3:30 a.m." in wall.words or "3:30 AM" in wall.words


def test_a_time_that_comes_twice_is_the_first_and_says_so():
    wall = Wall.of(date(2026, 11, 1), time(1, 30), ZONE)
    assert wall.at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert "comes twice" in wall.words


def test_any_other_time_is_as_it_says():
    assert Wall.of(date(2026, 12, 1), time(8, 30), ZONE) == Wall(local(2026, 12, 1, 8, 30))


def test_what_is_scheduled_outside_leaves_when_the_hours_begin(draft, readers, hannah, now):
    by_day()
    campaign = scheduling.schedule(edition=draft, at=local(2026, 12, 1, 6), by=hannah)
    assert campaign.send_at == local(2026, 12, 1, 8)


def test_send_in_the_evening_waits_for_the_morning(draft, readers, hannah, now):
    by_day()
    now.move_to(local(2026, 11, 23, 20))
    seen = approval.hash_now(draft)
    actions.look(edition=draft, seen=seen, by=hannah)
    campaign = scheduling.send(edition=draft, by=hannah, seen=seen)
    assert campaign.send_at == local(2026, 11, 24, 8)


def test_hours_that_the_owner_changes_meanwhile_postpone_it(draft, readers, hannah, now):
    campaign = scheduling.schedule(edition=draft, at=local(2026, 12, 1, 7), by=hannah)
    by_day()
    now.move_to(local(2026, 12, 1, 7))
    send_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.send_at) == ("scheduled", local(2026, 12, 1, 8))
    now.move_to(local(2026, 12, 1, 8))
    send_due()
    assert Dispatch.objects.count() == 1


def test_a_letter_rests_outside_its_hours_and_goes_on_by_itself(draft, readers, hannah, now):
    by_day()
    campaign = actions.start(edition=draft, by=hannah)
    now.move_to(local(2026, 11, 23, 18))
    assert sending.work() == 0
    send_due()
    now.shift(timedelta(hours=13, minutes=59))
    assert sending.work() == 0
    now.shift(timedelta(minutes=1))
    send_due()
    sending.work()
    assert results.of(campaign).accepted == 2


def test_while_nobody_tells_the_next_hours_nothing_leaves(draft, readers, hannah, now):
    by_day()
    actions.start(edition=draft, by=hannah)
    now.move_to(local(2026, 11, 24, 9))
    assert sending.work() == 0
    send_due()
    assert sending.work() == 2


def test_a_letter_ends_although_its_hours_are_over(draft, readers, hannah, now):
    by_day()
    campaign = actions.start(edition=draft, by=hannah)
    Message.objects.update(state="accepted", next_try_at=None, settled_at=campaign.started_at)
    now.move_to(local(2026, 11, 23, 19))
    send_due()
    campaign.dispatch.refresh_from_db()
    assert campaign.dispatch.state == "finished"


def test_the_owner_lifts_the_hours_and_it_goes_on(draft, readers, hannah, now):
    hours = by_day()
    actions.start(edition=draft, by=hannah)
    now.move_to(local(2026, 11, 23, 19))
    send_due()
    hours.hours = "always"
    hours.save()
    send_due()
    assert sending.work() == 2


@pytest.mark.parametrize(
    ("day", "at", "moment", "words"),
    [
        (date(2027, 3, 14), "02:30", datetime(2027, 3, 14, 10, 30, tzinfo=UTC), "never comes: it leaves at 3:30"),
        (date(2026, 11, 1), "01:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC), "it leaves the first time"),
    ],
)
def test_in_the_nights_when_the_clock_is_turned_the_editor_is_told_what_the_letter_does(
    draft, readers, desk, now, day, at, moment, words
):
    now.move_to(min(timezone.now(), moment - timedelta(hours=2)))
    query = {"when": "at", "day": str(day), "time": at}
    assert words in desk.get(reverse("newsletters:confirm", args=[draft.pk]), query).content.decode()
    scheduling.schedule(edition=draft, at=WhenForm({"day": str(day), "time": at}).at, by=None)
    assert Campaign.objects.get().send_at == moment

"""How fast letters leave: what the owner set holds for all workers together, and single messages wait for nobody."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import actions, rates, sending
from delivery.models import Bucket, Message
from delivery.rows import COLUMNS, Row
from delivery.states import MessageState
from delivery.tasks import tidy
from practice import clocks
from practice.courtesy import Courtesy
from practice.speed import limits_of
from tests.factories.delivery import crowd, dispatch, letter

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def speed(house):
    def set_to(**given):
        return Courtesy.objects.update_or_create(practice=house, defaults=given)[0]

    return set_to


def rows(number, domain="readers.example"):
    return [Row(**dict.fromkeys(COLUMNS) | {"pk": f"{domain}{n}", "address": f"a{n}@{domain}"}) for n in range(number)]


def left():
    return Message.objects.filter(state=MessageState.ACCEPTED).count()


def test_nothing_is_limited_until_somebody_limits_it(house):
    with CaptureQueriesContext(connection) as questions:
        assert rates.waits(rows(500)) == {}
    assert len(questions) == 1
    assert not Bucket.objects.exists()


def test_so_many_an_hour_leave_spread_over_the_hour(speed):
    speed(most_an_hour=3600)
    crowd(100)
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        actions.start(dispatch=dispatch(), by=None)
        sending.work()
        assert left() == 10  # a burst of ten seconds, then one a second
        for tens in range(2, 11):
            clock.shift(timedelta(seconds=10))
            sending.work()
            assert left() == 10 * tens
        assert not Message.objects.exclude(attempts__lte=1).exists()  # waiting costs no attempt


def test_a_slow_domain_holds_up_no_other(speed):
    speed(domain_limits="slow.example 360")
    waiting = rates.waits([*rows(50, "slow.example"), *rows(50, "quick.example")])
    assert len(waiting) == 49
    assert all(str(key).startswith("slow") for key in waiting)
    moments = sorted(waiting.values())
    assert moments == sorted(set(moments))  # each at a time of its own


def test_a_new_sending_address_begins_small_and_grows(speed):
    today = clocks.today()
    speed(warm_up_from=today, warm_up_first=20)
    waiting = rates.waits(rows(50))
    assert len(waiting) == 30
    assert {clocks.day_of(moment) for moment in waiting.values()} == {today + timedelta(days=1)}
    assert len(rates.waits(rows(50))) == 50
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert len(rates.waits(rows(50))) == 20


@pytest.mark.parametrize(("days", "most"), [(-3, 200), (0, 200), (1, 300), (2, 450), (29, 25_570_000), (30, None)])
def test_half_as_many_again_leave_each_day_for_thirty_days(days, most):
    found = Courtesy(warm_up_from=date(2026, 11, 1)).most_on(date(2026, 11, 1) + timedelta(days=days))
    assert found is None if most is None else abs(found - most) < most / 100


def test_a_single_message_waits_for_no_bucket(speed):
    speed(most_an_hour=1)
    for n in range(20):
        actions.put(letter(html="", text="Your code", subject="Code"), to=f"a{n}@readers.example", occasion=f"code:{n}")
    sending.work()
    assert left() == 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    an_hour=st.integers(1, 20_000),
    batches=st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60)), min_size=1, max_size=12),
)
def test_never_more_leaves_than_was_set(speed, an_hour, batches):
    Bucket.objects.all().delete()
    speed(most_an_hour=an_hour)
    gone, began = 0, timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        for number, pause in batches:
            waiting = rates.waits(rows(number))
            assert all(moment > timezone.now() for moment in waiting.values())
            gone += number - len(waiting)
            passed = (timezone.now() - began + rates.BURST).total_seconds()
            assert gone <= an_hour * passed / 3600 + 1
            clock.shift(timedelta(seconds=pause))


@pytest.mark.django_db(transaction=True)
def test_four_workers_share_what_there_is(speed):
    speed(most_an_hour=360)
    if connection.vendor != "postgresql":  # in memory there is one connection only
        with time_machine.travel(timezone.now(), tick=False):
            assert sum(8 - len(rates.waits(rows(8))) for _worker in range(4)) == 1
        return
    went: Counter[int] = Counter()

    def take(worker):
        try:
            for _batch in range(5):
                went[worker] += 8 - len(rates.waits(rows(8)))
        finally:
            connection.close()

    began = time.monotonic()
    workers = [threading.Thread(target=take, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert 1 <= sum(went.values()) <= 2 + (time.monotonic() - began) / 10  # a burst, and one every ten seconds


@pytest.mark.parametrize(
    "text", ["gmail.com", "gmail.com 0", "500", "gmail.com -1", "a b 3", "gmail.com 99999999", "x 5"]
)
def test_a_line_that_says_no_speed_is_refused_in_words(text):
    with pytest.raises(ValidationError, match="is not understood"):
        limits_of(f"yahoo.com 200\n{text}")


def test_lines_are_read_whatever_their_case():
    assert limits_of(" GMail.com  500 \n\nmail.example.org 20\n") == {"gmail.com": 500, "mail.example.org": 20}


def test_days_that_are_over_are_forgotten(speed):
    speed(warm_up_from=clocks.today(), warm_up_first=20, most_an_hour=100)
    rates.waits(rows(5))
    assert Bucket.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        tidy()
    assert Bucket.objects.get().key == rates.ALL

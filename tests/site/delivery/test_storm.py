"""A storm of reports, each told several times and in any order: the end is the one that a plain rule says."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import actions
from delivery.models import Dispatch, Message, Report
from delivery.webhooks import hearing
from tests.factories.delivery import crowd, dispatch
from tests.site.delivery.reporting import shut

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KINDS = ("delivered", "bounced", "delayed", "complained")


@pytest.fixture
def left(house, hinted):
    """Return forty messages: some were accepted, of some nobody knows."""
    crowd(40)
    actions.start(dispatch=dispatch(), by=None)
    Message.objects.update(state="accepted", settled_at=timezone.now(), next_try_at=None)
    messages = list(Message.objects.order_by("pk"))
    Message.objects.filter(pk__in=[one.pk for one in messages[::3]]).update(state="unknown")
    return messages


def told_of(messages, chance):
    """Return what is told of these, one to three things each."""
    return [
        {"source": "sparkpost", "key": f"{n}{kind}", "kind": kind, "named": one.message_id, "address_hash": digest}
        for n, one in enumerate(messages)
        for kind in chance.sample(KINDS, chance.randint(1, 3))
        for digest in [one.address_hash]
    ]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_and_however_often_the_end_is_that_of_a_plain_rule(left, seed):
    chance = random.Random(seed)
    events = told_of(left, chance)
    storm = events * 3
    chance.shuffle(storm)
    at = timezone.now()
    while storm:
        size = chance.randint(1, 40)
        group, storm = storm[:size], storm[size:]
        hearing.take([Report(**one, at=at) for one in group])
        if chance.random() < 0.5:
            hearing.hear()
    while hearing.hear():
        pass

    assert Report.objects.count() == len(events)
    assert not Report.objects.filter(message=None).exists()
    assert not Report.objects.filter(look_at__isnull=False).exists()
    named = {event["address_hash"] for event in events}
    assert set(Message.objects.filter(address_hash__in=named).values_list("state", flat=True)) == {"accepted"}
    harmed = {event["address_hash"] for event in events if event["kind"] in {"bounced", "complained"}}
    assert shut().keys() == harmed
    dispatch = Dispatch.objects.get()
    expected = {kind: sum(event["kind"] == kind for event in events) for kind in KINDS}
    assert {kind: hearing.counts(dispatch.pk)[kind] for kind in KINDS} == expected
    assert set(Report.objects.values_list("dispatch", flat=True)) == {dispatch.pk}


def test_a_batch_takes_as_many_questions_however_many_were_heard_before(left):
    def asked(name):
        reports = (
            Report(
                source="sparkpost",
                key=f"{name}{n}",
                kind="delivered",
                named=m.message_id,
                address_hash=m.address_hash,
                at=timezone.now(),
            )
            for n, m in enumerate(left)
        )
        hearing.take(list(reports))
        with CaptureQueriesContext(connection) as queries:
            assert hearing.hear() == len(left)
        return len(queries)

    asked("first")
    assert asked("second") == asked("third")

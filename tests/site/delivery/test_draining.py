"""A worker that is asked to stop finishes what it holds in its hands, and others go on with the rest at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from django.utils import timezone

from delivery import actions, draining, points, sending
from delivery.models import Lease, Message
from delivery.points import Point
from delivery.sink import Sink
from tests.factories.delivery import crowd, dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def asked_of_nobody(monkeypatch) -> Iterator[None]:
    """Begin and end without a wish."""
    monkeypatch.setattr(points, "_watching", list(points._watching))
    draining.begin_anew()
    yield
    draining.begin_anew()


def states():
    return Counter(Message.objects.values_list("state", flat=True))


def test_the_rest_waits_for_others_at_once(house, settings, own_folders):
    crowd(300)
    actions.start(dispatch=dispatch(), by=None)
    seen: list[Point] = []

    def ask(point):
        seen.append(point)
        if seen.count(Point.INTENDED) == 30:
            draining.ask()

    points.watch(ask)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
        sending.hang_up()
        left = len(sink.received)
        assert 30 <= left < 40
        assert states() == {"accepted": left, "queued": 300 - left}
        assert Message.objects.due(timezone.now()).count() == 300 - left
        assert not Lease.objects.exists()
        assert not list((own_folders / "spool").glob("*.*"))
        assert sending.work() == 0
        draining.begin_anew()
        sending.work()
        sending.hang_up()
    assert states() == {"accepted": 300}


def test_processes_that_a_worker_forked_hear_of_it_too():
    child = os.fork()
    if not child:
        draining.ask()
        os._exit(0)
    os.waitpid(child, 0)
    assert draining.is_asked()

"""Pause, stop and the end of the hours take effect within a second or two of the worker's clock, whatever it sends."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from delivery import sending
from delivery.channels.outbox import Outbox
from delivery.models import Dispatch, Message
from newsletter.campaigns import actions
from newsletter.campaigns.models import Campaign
from tests.factories.delivery import crowd

SLOWLY = timedelta(milliseconds=200)  # what one letter takes
READERS, AFTER = 40, 7
A_SECOND_AND_A_LETTER = 6


@pytest.fixture
def slow_mail(monkeypatch, location):
    """Return what is done after the seventh letter; each letter takes a fifth of a second of the worker's clock."""
    given, send = {"letters": 0, "act": None, "clock": time.monotonic()}, Outbox._write

    def slowly(self, path, data):
        given["letters"] += 1
        clock.shift(SLOWLY)
        given["clock"] += SLOWLY.total_seconds()
        if given["letters"] == AFTER:
            given["act"]()
        return send(self, path, data)

    monkeypatch.setattr(Outbox, "_write", slowly)
    monkeypatch.setattr(sending.time, "monotonic", lambda: given["clock"])
    with time_machine.travel(datetime(2026, 12, 1, 17, tzinfo=UTC), tick=False) as clock:
        yield given


@pytest.mark.parametrize("step", [actions.pause, actions.cancel])
def test_a_worker_stops_within_a_second(step, slow_mail, draft, hannah):
    crowd(READERS)
    campaign = actions.start(edition=draft, by=hannah)
    slow_mail["act"] = lambda: step(campaign=Campaign.objects.get(), by=hannah)
    sending.work(seconds=60)
    assert AFTER <= slow_mail["letters"] <= AFTER + A_SECOND_AND_A_LETTER
    accepted = Message.objects.filter(dispatch=campaign.dispatch, state="accepted").count()
    assert accepted == slow_mail["letters"]
    assert not Message.objects.filter(state="claimed").exists()


def test_what_was_paused_goes_on_to_its_end_and_nobody_gets_it_twice(slow_mail, draft, hannah):
    crowd(READERS)
    campaign = actions.start(edition=draft, by=hannah)
    slow_mail["act"] = lambda: actions.pause(campaign=Campaign.objects.get(), by=hannah)
    sending.work(seconds=60)
    actions.resume(campaign=campaign, by=hannah)
    sending.work(seconds=60)
    assert slow_mail["letters"] == READERS
    assert Dispatch.objects.get().state == "finished"


def test_at_the_end_of_the_hours_a_worker_stops_within_a_second(slow_mail, draft, hannah):
    crowd(READERS)
    campaign = actions.start(edition=draft, by=hannah)
    now = datetime(2026, 12, 1, 17, tzinfo=UTC)
    Dispatch.objects.update(opens_at=now, closes_at=now + SLOWLY * AFTER)
    slow_mail["act"] = lambda: None
    sending.work(seconds=60)
    assert slow_mail["letters"] <= AFTER + A_SECOND_AND_A_LETTER
    campaign.dispatch.refresh_from_db()
    assert campaign.dispatch.state == "running"

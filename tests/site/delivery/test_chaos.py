"""Whatever goes wrong, in whatever order: nobody is lost, nobody has it twice, every end is the true one."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery import actions, points, sending
from delivery.models import Message
from delivery.points import Point
from delivery.recovery import recover
from delivery.sink import HANG_UP, Sink
from tests.factories.delivery import crowd, dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NUMBER = 60
FAULTS = {
    "connect": ["421 Busy"],
    "mail": ["451 Later", HANG_UP],
    "rcpt": ["450 Busy", "550 No such person", HANG_UP, "garbage", "421 Bye"],
    "data": ["451 Later", HANG_UP],
    "end": ["452 Full", "554 Spam", HANG_UP, "???", "421 Bye"],
}
DEADLY = {Point.INTENDED, Point.DOTTED, Point.ANSWERED, Point.NOTED, Point.SETTLED}


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Weather:
    """Faults of the server and deaths of the worker, from one seed; each address has so many of its own."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.refused: set[str] = set()

    def fault(self, step: str, recipient: str) -> str | None:
        """Return what goes wrong now: often nothing."""
        if self.dice.random() > 0.06:
            return None
        answer = self.dice.choice(FAULTS[step])
        if answer[:3] in {"550", "554"}:
            self.refused.add(recipient)
        return answer

    def strike(self, point: Point) -> None:
        """Let the worker die now and then, before, while or after a message leaves."""
        if point in DEADLY and self.dice.random() < 0.02:
            raise Killed


@pytest.mark.parametrize("seed", range(6))
def test_any_weather_ends_in_the_truth(house, settings, monkeypatch, seed):
    crowd(NUMBER)
    weather = Weather(seed)
    sent = actions.start(dispatch=dispatch(), by=None)
    moment, deaths = timezone.now(), 0
    with Sink(fault=weather.fault) as sink:
        settings.BULK_MAIL_URL = sink.url
        monkeypatch.setattr(points, "_watching", [weather.strike])
        for _ in range(400):
            moment += timedelta(minutes=5)
            with time_machine.travel(moment, tick=True):
                recover()
                try:
                    sending.work()
                except Killed:
                    sending.hang_up()
                    deaths += 1
            sent.refresh_from_db()
            if sent.state == "finished":
                break
    states = dict(Message.objects.values_list("message_id", "state"))
    addresses = dict(Message.objects.values_list("message_id", "address"))
    answered = Counter(taken.message_id for taken in sink.received if taken.is_answered)
    came_in = Counter(taken.message_id for taken in sink.received)
    assert sent.state == "finished"
    assert len(states) == NUMBER
    assert set(states.values()) <= {"accepted", "failed", "unknown"}
    assert max(came_in.values()) == 1
    accepted = {message_id for message_id, state in states.items() if state == "accepted"}
    assert accepted <= set(answered)
    # whoever got it without being settled as accepted is one of whom nobody can know
    assert all(states[message_id] == "unknown" for message_id in set(came_in) - accepted)
    assert {addresses[message_id] for message_id, state in states.items() if state == "failed"} <= weather.refused
    assert deaths > 0

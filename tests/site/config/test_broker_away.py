"""A broker that is away costs one timeout, not one for each hint."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from kombu.exceptions import OperationalError

from config.celery import LEFT_ALONE, BrokerAway, Goodword


def application(broker: str) -> Goodword:
    """Return an application of its own, which is nobody's default."""
    return Goodword("away", broker=broker, set_as_current=False)


@pytest.fixture
def nobody_there() -> Iterator[str]:
    """Return the URL of a port that refuses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{probe.getsockname()[1]}/0"


def test_a_broker_that_refused_is_left_alone_for_a_moment(nobody_there: str) -> None:
    app = application(nobody_there)
    with pytest.raises(OperationalError):
        app.send_task("delivery.send", retry=False)
    for _hint in range(3):
        with pytest.raises(BrokerAway):
            app.send_task("delivery.send", retry=False)


def test_after_that_moment_it_is_asked_again(nobody_there: str) -> None:
    app = application(nobody_there)
    for _round in range(2):
        with pytest.raises(OperationalError):
            app.send_task("delivery.send", retry=False)
        app.away_until -= LEFT_ALONE


def test_one_application_does_not_speak_for_another(nobody_there: str) -> None:
    with pytest.raises(OperationalError):
        application(nobody_there).send_task("delivery.send", retry=False)
    assert application("memory://").send_task("delivery.send", retry=False).id


def test_a_mistake_of_ours_is_not_taken_for_a_broker_that_is_away() -> None:
    app = application("memory://")
    with pytest.raises(TypeError):
        app.send_task("delivery.send", kwargs={"odd": object()}.keys())
    assert app.send_task("delivery.send", retry=False).id

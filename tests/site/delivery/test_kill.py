"""kill -9 of a real worker in the middle of a letter: nobody is lost, nobody gets it twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from delivery import actions, freezing
from delivery.channels.smtp import CONNECTIONS
from delivery.sink import Sink
from tests.factories.delivery import crowd, dispatch
from tests.site.delivery.elsewhere import Elsewhere, until

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 2_000


@pytest.fixture
def smtp() -> Iterator[Sink]:
    """Give a running SMTP server."""
    with Sink() as sink:
        yield sink


def world(tmp_path: Path, mail_url: str, broker_url: str = "filesystem://") -> Elsewhere:
    """Return a worker's world with a letter of 2,000 under way."""
    crowd(NUMBER)
    with patch.object(freezing, "FIRST", NUMBER):  # nobody here answers for whom it is, should it be asked again
        actions.start(dispatch=dispatch(), by=None)
    return Elsewhere(tmp_path / "elsewhere", mail_url=mail_url, broker_url=broker_url)


def kill_on_the_way(elsewhere: Elsewhere, arrived, *, seed: int, kills: int) -> None:
    """Start workers and kill each at a random point, then let one finish."""
    points = sorted(random.Random(seed).sample(range(50, NUMBER - 300), kills))
    elsewhere.folder.mkdir()
    try:
        for point in points:
            worker = elsewhere.start()
            until(lambda point=point: arrived() >= point)
            elsewhere.kill(worker)
        elsewhere.start()
        until(elsewhere.is_over, seconds=90)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{elsewhere.log()}") from error
    finally:
        elsewhere.close()


@pytest.mark.both
def test_over_smtp_nobody_is_lost_and_nobody_has_it_twice(house, tmp_path, smtp):
    elsewhere = world(tmp_path, smtp.url)
    kill_on_the_way(elsewhere, lambda: len(smtp.received), seed=1, kills=2)
    states = dict(elsewhere.rows())
    times = Counter(taken.message_id for taken in smtp.received)
    count = Counter(states.values())
    assert len(states) == NUMBER
    assert set(count) <= {"accepted", "unknown"}
    assert count["unknown"] <= 2 * CONNECTIONS
    assert max(times.values()) == 1
    assert {message_id for message_id, state in states.items() if state == "accepted"} <= set(times)
    assert NUMBER - 2 * CONNECTIONS <= len(times) <= NUMBER


def test_in_the_outbox_there_is_not_even_an_unknown(house, tmp_path):
    elsewhere = world(tmp_path, "outbox://")
    outbox = elsewhere.folder / "outbox"
    kill_on_the_way(elsewhere, lambda: len(list(outbox.glob("*.eml"))) if outbox.exists() else 0, seed=2, kills=1)
    assert Counter(state for _, state in elsewhere.rows()) == {"accepted": NUMBER}
    assert len(list(outbox.glob("*.eml"))) == NUMBER


@pytest.mark.broker
def test_the_line_runs_with_a_real_broker(house, tmp_path, smtp, broker_url):
    elsewhere = world(tmp_path, smtp.url, broker_url)
    kill_on_the_way(elsewhere, lambda: len(smtp.received), seed=3, kills=1)
    count = Counter(state for _, state in elsewhere.rows())
    assert count["accepted"] + count["unknown"] == NUMBER
    assert count["unknown"] <= CONNECTIONS
    assert max(Counter(taken.message_id for taken in smtp.received).values()) == 1

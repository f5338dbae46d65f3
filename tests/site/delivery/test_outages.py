"""Real services go away while real workers send: nobody is lost, nobody gets it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from django.db import connection

from delivery import actions, freezing
from delivery.channels.smtp import CONNECTIONS
from delivery.sink import Sink
from tests.factories.delivery import crowd, dispatch
from tests.services import broker
from tests.services.plugin import missing
from tests.site.delivery.elsewhere import ROOT, Elsewhere, until

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 2_000


@pytest.fixture
def smtp() -> Iterator[Sink]:
    """Give a running SMTP server."""
    with Sink() as sink:
        yield sink


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[broker.Server]:
    """Give a broker that this test may stop and start."""
    try:
        server = broker.start(tmp_path)
    except broker.Unavailable as error:
        missing("broker", str(error))
    yield server
    server.stop()


def under_way() -> None:
    """Start a letter of 2,000 whose audience is whole."""
    crowd(NUMBER)
    with patch.object(freezing, "FIRST", NUMBER):
        actions.start(dispatch=dispatch(), by=None)


def everybody_once(elsewhere: Elsewhere, smtp: Sink, *, unknown: int = 0) -> None:
    """Compare the ledger with what the mail server took."""
    states, times = dict(elsewhere.rows()), Counter(taken.message_id for taken in smtp.received)
    count = Counter(states.values())
    assert len(states) == NUMBER
    assert set(count) <= {"accepted", "unknown"}
    assert count["unknown"] <= unknown
    assert max(times.values()) == 1
    assert {name for name, state in states.items() if state == "accepted"} <= set(times)


@pytest.mark.broker
def test_a_broker_that_is_away_before_during_and_after_a_letter_costs_nobody_theirs(
    house: Any, tmp_path: Path, smtp: Sink, valkey: broker.Server
) -> None:
    elsewhere = Elsewhere(tmp_path / "elsewhere", mail_url=smtp.url, broker_url=valkey.url)
    elsewhere.folder.mkdir()
    valkey.stop()
    under_way()
    try:
        elsewhere.start()
        until(lambda: "Cannot connect to redis" in elsewhere.log())
        assert not smtp.received
        back = broker.start(tmp_path, port=valkey.port)
        until(lambda: len(smtp.received) >= 200)
        back.stop()
        until(elsewhere.is_over, seconds=60)
        valkey.process = broker.start(tmp_path, port=valkey.port).process
        valkey.stop()
    except AssertionError as error:
        raise AssertionError(f"{error}\n{elsewhere.log()}") from error
    finally:
        elsewhere.close()
    everybody_once(elsewhere, smtp)


@pytest.mark.broker
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two machines cannot share a file")
def test_two_machines_with_a_beat_each_share_one_database(
    house: Any, tmp_path: Path, smtp: Sink, broker_url: str
) -> None:
    """Both run what the compose file runs; one loses its worker in mid-send, and gets another."""
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    under_way()
    machines = [Elsewhere(tmp_path / name, mail_url=smtp.url, broker_url=broker_url) for name in ("one", "two")]
    try:
        for machine in machines:
            machine.folder.mkdir()
            for name in ("worker", "beat"):
                machine.run(services[name]["command"][1:])
        until(lambda: len(smtp.received) >= 100)
        dead = next(machine for machine in machines if list(machine.folder.glob("spool/*.spool")))
        dead.kill(dead.processes[0])
        dead.run(services["worker"]["command"][1:])
        until(dead.is_over, seconds=60)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{machines[0].log()}\n{machines[1].log()}") from error
    finally:
        for machine in machines:
            machine.close()
    everybody_once(dead, smtp, unknown=CONNECTIONS)

"""A short drill: real workers are killed, machines lost, servers odd; nobody is lost and nobody gets it twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from config.drilling.wrongs import ANSWERS, ELSEWHERE, Where, planned
from delivery.points import Point
from tests.site.delivery.elsewhere import ROOT, Elsewhere


def drill(elsewhere: Elsewhere, **numbers: int) -> subprocess.CompletedProcess[str]:
    """Play in the worker's world."""
    elsewhere.folder.mkdir()
    elsewhere.bring_database()
    connections.close_all()
    asked = [f"--{name}={number}" for name, number in numbers.items()]
    command = [sys.executable, "-m", "config.drilling", "--folder", str(elsewhere.folder / "drill"), *asked]
    return subprocess.run(
        command, cwd=ROOT, env=elsewhere.environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("workers", "nodes", "seed"), [(1, 1, 3), (2, 2, 3), (4, 2, 5)])
def test_nobody_is_lost_and_nobody_gets_it_twice(tmp_path: Path, workers: int, nodes: int, seed: int) -> None:
    done = drill(
        Elsewhere(tmp_path / "elsewhere", mail_url="outbox://"),
        campaigns=1,
        faults=12,
        seed=seed,
        workers=workers,
        nodes=nodes,
        recipients=250,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["lost"], found["doubled"], found["mistold"], found["left"]) == (0, 0, 0, [])
    assert found["unknown"] <= found["bound"]
    assert sum(found["happened"].values()) == 12
    assert sum(found["changed"].values()) == 250 // 12
    assert found["recipients"] > found["letters"] > 50


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_database_with_people_is_never_touched(location: object, tmp_path: Path) -> None:
    done = drill(
        Elsewhere(tmp_path / "elsewhere", mail_url="outbox://"),
        campaigns=1,
        faults=0,
        seed=1,
        workers=1,
        nodes=1,
        recipients=1,
    )
    assert done.returncode == 2
    assert "has people in it" in done.stderr
    assert not (tmp_path / "elsewhere" / "drill").exists()


def test_the_same_seed_is_the_same_plan() -> None:
    assert planned(7, 0, 50, 300) == planned(7, 0, 50, 300)
    assert planned(7, 0, 50, 300) != planned(8, 0, 50, 300)
    assert planned(7, 1, 50, 300) != planned(7, 0, 50, 300)


def test_many_plans_hold_everything_that_can_go_wrong() -> None:
    found = {wrong.what for seed in range(40) for wrong in planned(seed, 0, 50, 300)}
    assert found >= {answer.name for answer in ANSWERS} | {what for _where, what in ELSEWHERE}
    assert {wrong.point for wrong in planned(1, 0, 2_000, 300)} == {*Point, None}
    assert {wrong.where for wrong in planned(1, 0, 2_000, 300)} == set(Where)

"""A PostgreSQL that is restarted, and one that crashes, while a letter leaves: nobody is lost, nobody gets it twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import postgres
from tests.services.plugin import missing
from tests.site.delivery.elsewhere import ROOT, until

NUMBERS = {"campaigns": 1, "faults": 0, "seed": 4, "workers": 2, "nodes": 2, "recipients": 3_000}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Server]:
    """Give a PostgreSQL that this test may stop and start, and that keeps what it committed, as a real one does."""
    monkeypatch.setitem(postgres.OPTIONS, "synchronous_commit", "on")
    try:
        server = postgres.start(tmp_path / "cluster")
    except postgres.Unavailable as error:
        missing("postgres", str(error))
    yield server
    server.close()


def test_nobody_is_lost_nobody_gets_it_twice_and_nobody_is_in_doubt(tmp_path: Path, cluster: postgres.Server) -> None:
    folder, said_wrong = tmp_path / "var", tmp_path / "drill.log"
    folder.mkdir()
    environment = os.environ | {
        "DATABASE_URL": cluster.url(postgres.TEMPLATE),
        "VAR_DIR": str(folder),
        "BROKER_URL": "filesystem://",
        "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
    }
    asked = [f"--{name}={number}" for name, number in NUMBERS.items()]
    command = [sys.executable, "-m", "config.drilling", "--folder", str(folder / "drill"), *asked]
    record = folder / "drill" / "taken"

    def came(letters: int) -> bool:
        return playing.poll() is not None or (record.exists() and record.read_bytes().count(b"\n") >= letters)

    with said_wrong.open("wb") as log:
        playing = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log)
        try:
            for letters, end in ((100, cluster.stop), (600, cluster.crash)):
                until(lambda letters=letters: came(letters))
                assert playing.poll() is None, said_wrong.read_text()[-3000:]
                end()
                cluster.start_again()
            said, _ = playing.communicate(timeout=120)
        finally:
            playing.kill()
            playing.wait()
    assert playing.returncode == 0, said_wrong.read_text()[-3000:]
    found = json.loads(said.splitlines()[-1])
    assert found["good"]
    assert found["letters"] > 1_100
    assert found["unknown"] == 0

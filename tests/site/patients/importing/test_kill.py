"""kill -9 in the middle of a file: it goes on where it stopped, nobody is lost, nobody comes twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.benching import imports as bench
from patients import wordings
from patients.importing import actions, shifts
from patients.importing.working import TakenOver, Work
from patients.models import Consent, ContactPoint, ImportBatch, ImportLine, Patient, Reader
from tests.factories.imports import BY, table, taken
from tests.site.delivery.elsewhere import ROOT, _url, until

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 9_000


def start(path: Path) -> subprocess.Popen[bytes]:
    """Import a file in a process of its own, on the test's database."""
    environment = os.environ | {
        "VAR_DIR": str(settings.VAR),
        "DATABASE_URL": _url(connection.settings_dict),
        "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "import_patients", str(path), "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def far() -> int:
    found = ImportBatch.objects.first()
    return found.cursor if found else 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the process shares the test's database")
def test_a_killed_import_is_finished_by_whoever_comes_next(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    bench.write(path, rows=NUMBER, first=1)
    process = start(path)
    try:
        until(lambda: far() >= 2 or process.poll() is not None, seconds=120)
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        if process.stdout:
            process.stdout.close()
    batch = ImportBatch.objects.get()
    assert batch.state == "importing"
    assert Patient.objects.count() == batch.count("new") == batch.cursor * 2_000
    until(lambda: not shifts.work(seconds=60), seconds=120)
    batch.refresh_from_db()
    assert (batch.state, batch.count("new"), batch.count("refused")) == ("imported", NUMBER, 0)
    assert Patient.objects.count() == Reader.objects.count() == ImportLine.objects.count() == NUMBER
    assert Consent.objects.count() == NUMBER
    assert ContactPoint.objects.count() == 3 * NUMBER
    assert ImportLine.objects.values("row").distinct().count() == NUMBER


def test_two_workers_do_no_block_twice() -> None:
    rows = [[str(number), "A", f"B{number}", "", "", ""] for number in range(5_000)]
    batch = actions.start(batch=taken(table(*rows)), by=BY, decides=False)
    first = Work(batch)
    batch.refresh_from_db()
    second = Work(batch)
    assert not first.go_on(until=0)
    with pytest.raises(TakenOver):
        second.go_on()
    assert Patient.objects.count() == 2_000
    first.go_on()
    assert Patient.objects.count() == 5_000


def test_what_fails_in_a_block_leaves_the_blocks_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[str(number), "A", f"B{number}", "", f"b{number}@x.example", ""] for number in range(3_000)]
    batch = actions.start(batch=taken(table(*rows)), by=BY, decides=False)
    work = Work(batch)
    assert not work.go_on(until=0)
    monkeypatch.setattr(wordings, "keep", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work.go_on()
    monkeypatch.undo()
    batch.refresh_from_db()
    assert (batch.cursor, Patient.objects.count(), Reader.objects.count()) == (1, 2_000, 2_000)
    assert Work(batch).go_on()
    assert Patient.objects.count() == 3_000
    assert json.loads(batch.header)[0] == "Patient ID"

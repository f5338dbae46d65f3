"""A real Celery worker in a process of its own, on the test's database, that can be killed at any moment."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from delivery.models import Message

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = ["-B", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]


def until(condition: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Return the condition's first true answer.

    Raises:
        AssertionError: when it does not come in time.
    """
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        pause.wait(0.005)
    raise AssertionError(f"It did not come true within {seconds} s.")


class Elsewhere:
    """The worker's world: its folder, its environment, its process.

    PostgreSQL is shared with the test; SQLite, which the tests keep in memory, is copied into the worker's folder
    when it first starts, and read from there.
    """

    def __init__(self, folder: Path, *, mail_url: str, broker_url: str = "filesystem://") -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "VAR_DIR": str(folder),
            "MAIL_URL": mail_url,
            "BULK_MAIL_URL": mail_url,
            "BROKER_URL": broker_url,
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
        }
        if connection.vendor == "postgresql":
            self.environment["DATABASE_URL"] = _url(connection.settings_dict)
        else:
            self.environment.pop("DATABASE_URL", None)

    @property
    def database(self) -> Path:
        """Return the worker's SQLite file."""
        return self.folder / "goodword.sqlite3"

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker with its beat."""
        return self.run(["-m", "celery", "-A", "config", "worker", *OPTIONS])

    def run(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start what Python is to run here."""
        for name in ("queue", "control"):
            (self.folder / "broker" / name).mkdir(parents=True, exist_ok=True)
        self.bring_database()
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def bring_database(self) -> None:
        """Put a copy of what the test has in memory where the worker looks."""
        if connection.vendor != "postgresql" and not self.database.exists():
            connection.ensure_connection()
            with sqlite3.connect(self.database) as copy:
                connection.connection.backup(copy)

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker and its children at once, as a power switch does for one process."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)

    def rows(self) -> list[tuple[str, str]]:
        """Return (Message-ID, state) of every message."""
        if connection.vendor == "postgresql":
            return list(Message.objects.values_list("message_id", "state"))
        with sqlite3.connect(self.database, timeout=20) as database:
            return list(database.execute("select message_id, state from delivery_message"))

    def is_over(self) -> bool:
        """Return whether no message waits or is being sent."""
        return not {state for _, state in self.rows()} & {"queued", "claimed", "deferred"}

    def log(self) -> str:
        """Return what the workers wrote."""
        return (self.folder / "worker.log").read_text()[-6000:]

    def close(self) -> None:
        """Leave nothing running."""
        for worker in self.processes:
            if worker.poll() is None:
                self.kill(worker)


def _url(settings: dict[str, Any]) -> str:
    user, password = quote(settings["USER"] or "", safe=""), quote(settings["PASSWORD"] or "", safe="")
    host = settings["HOST"] or "localhost"
    place = quote(host, safe="") if host.startswith("/") else host
    return f"postgresql://{user}:{password}@{place}:{settings['PORT'] or 5432}/{settings['NAME']}"

"""What a worker of the drill does: the tasks of a real one, in a process that can be killed at any point."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connections

from config.drilling.clock import Clock
from config.running.forking import fork
from delivery import draining, hints, points, spool, tasks
from delivery.channels import smtp
from delivery.points import Point

log = structlog.get_logger(__name__)
PAUSE = 0.05
PATIENCE = 0.7  # seconds for an answer of the mail server
POINTS = list(Point)
NOWHERE = -1


@dataclass
class Node:
    """A machine: a folder with a spool of its own, and the workers that run on it."""

    folder: Path
    is_lost: bool = False
    boots: int = 1

    @property
    def spool(self) -> Path:
        """Return where its workers take their notes."""
        return self.folder / "spool"

    def lose_power(self, share: float) -> None:
        """Start again with only a share of each file written to the disk."""
        self.boots += 1
        for path in self.spool.glob("*.spool"):
            words = path.read_bytes()
            first = words.find(b"\n") + 1
            os.truncate(path, first + int((len(words) - first) * share))


@dataclass
class Worker:
    """One place for a worker; whoever dies in it is followed by another.

    Attributes:
        orders: the point at which it is to die, as a number, and at which time that it gets there.
    """

    node: Node
    url: str
    clock: Clock
    orders: Any = field(
        default_factory=lambda: multiprocessing.get_context("fork").Array("i", [NOWHERE, 0], lock=False)
    )
    skew: float = 0.0
    most_bytes: int = 0
    process: BaseProcess | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.is_alive()

    def start(self) -> None:
        """Start a process."""
        self.orders[0] = NOWHERE
        self.process = fork(self._live, name="drill-worker")

    def die_at(self, point: Point, times: int) -> None:
        """Let it be killed when it gets to a point for the n-th time from now."""
        self.orders[1] = times
        self.orders[0] = POINTS.index(point)

    def signal(self, number: int) -> bool:
        """Send it a signal; return whether there was somebody to get it."""
        if self.process is None or self.process.pid is None or not self.is_alive:
            return False
        os.kill(self.process.pid, number)
        return True

    def end(self) -> bool:
        """Kill it and wait until it is gone; return whether it was alive."""
        was_alive = self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.join()
            self.process = None
        return was_alive

    def _live(self) -> None:
        draining.begin_anew()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        self.clock.rule(skew=self.skew)
        settings.SPOOL_ROOT = self.node.spool
        settings.MAIL_URL = settings.BULK_MAIL_URL = self.url
        smtp.TIMEOUT = PATIENCE
        hints.WORTHLESS_AFTER = 0  # nobody reads the broker: every hint is lost, and a sweep sends at once
        spool.boot_id = lambda: f"{self.node.folder.name}:{self.node.boots}"
        points.watch(self._reached)
        self._talk_into(Path(os.devnull) if self.most_bytes else self.node.folder / "worker.log")
        if self.most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.most_bytes, self.most_bytes))
        while not draining.is_asked():
            close_old_connections()
            try:
                tasks.sweep()
            except Exception as error:
                log.exception("drill.sweep_broke", error=type(error).__name__)
                connections.close_all()
            time.sleep(PAUSE)
        sys.stdout.flush()
        os._exit(0)

    @staticmethod
    def _talk_into(path: Path) -> None:
        log_file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number in (1, 2):
            os.dup2(log_file, number)

    def _reached(self, point: Point) -> None:
        if self.orders[0] == POINTS.index(point):
            self.orders[1] -= 1
            if self.orders[1] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        draining.ask()

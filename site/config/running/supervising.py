"""Children in sessions of their own: started, restarted with back-off when they die, stopped to the last one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings

PATIENCE = 10.0  # seconds that a child gets to end by itself
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # prctl(2): the kernel signals a child whose parent is gone, even by kill -9
WATCHED = (".py", ".html", ".txt", ".mjml")
ROOMS = ("site", "newsletter", "referral_portal", "home", "templates")


def end_with_parent() -> None:
    """Let this process be asked to end when the one that started it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a child: ours, with the ground floor on its path."""
    root = Path(settings.BASE_DIR)
    path = os.pathsep.join([str(root / "site"), str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "config.settings", **changes}


def server_command(port: int) -> list[str]:
    """Return the command of the web server, on loopback only: one process, since SQLite has one writer."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "config.wsgi:application"),
    ]


def worker_command() -> list[str]:
    """Return the command of the worker, with the clock of everything that repeats inside."""
    return [
        *(sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "-B", "--concurrency", "1"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
    ]


@dataclass
class Child:
    """One process, leader of its own session, and how often it died in a row."""

    name: str
    command: Sequence[str]
    env: dict[str, str] = field(default_factory=environment, repr=False)
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    next_at: float = 0.0

    def start(self) -> None:
        """Start the process; what it says goes to its log, or to the terminal where it has none."""
        with self.log.open("ab") if self.log else contextlib.nullcontext() as output:
            self.process = subprocess.Popen(  # noqa: S603  our own command
                self.command,
                cwd=settings.BASE_DIR,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509  no thread runs here yet
            )
        self.started_at = time.monotonic()

    def last_words(self, lines: int = 12) -> str:
        """Return the end of the log, "" where there is none."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def look_after(self, now: float) -> str:
        """Restart the process when it died and its pause is over; return a line to print, or ""."""
        if self.is_alive:
            return ""
        if not self.next_at:
            self.deaths = 1 if now - self.started_at > STEADY_AFTER else self.deaths + 1
            pause = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE)
            self.next_at = now + pause
            self.kill()  # whatever the dead leader left in its group
            return f"The {self.name} ended unexpectedly; it starts again in {pause:.0f} s."
        if now >= self.next_at:
            self.next_at = 0.0
            self.start()
        return ""

    def end(self) -> None:
        """Ask the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the whole group: the leader, and whatever it left behind."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Keeps children alive until a signal comes, then ends every one of them."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children, self.say = list(children), say
        self.signals = 0

    def start(self) -> None:
        """Start every child, and from now on take signals for all of them."""
        for number in SIGNALS:
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
        if self.signals > 1:
            for child in self.children:
                child.kill()

    def watch(self, *, reload: bool = False) -> None:
        """Look after the children until a signal comes; with `reload`, start them afresh when a source changed."""
        seen = newest_source() if reload else 0.0
        looked_at = time.monotonic()
        while not self.signals:
            time.sleep(0.2)
            now = time.monotonic()
            for child in self.children:
                if not self.signals and (line := child.look_after(now)):
                    self.say(line)
            if reload and now - looked_at >= 1.0:
                looked_at, newest = now, newest_source()
                if newest > seen:
                    seen = newest
                    self.say("A source changed: starting again.")
                    self.stop()
                    for child in self.children:
                        child.start()

    def stop(self) -> None:
        """End every child, wait a little, and kill what is left of their groups."""
        for child in self.children:
            child.end()
        until = time.monotonic() + PATIENCE
        while any(child.is_alive for child in self.children) and time.monotonic() < until:
            time.sleep(0.05)
        for child in self.children:
            child.kill()


def newest_source() -> float:
    """Return when a source of ours was last changed, in seconds since the epoch."""
    newest = 0.0
    for room in ROOMS:
        for folder, _folders, names in os.walk(Path(settings.BASE_DIR) / room):
            for name in names:
                if name.endswith(WATCHED):
                    newest = max(newest, os.stat(os.path.join(folder, name)).st_mtime)
    return newest

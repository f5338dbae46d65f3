"""Where the tour plays: a folder, a port and a mail server of its own, a small demo, a real server and worker."""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from config.running.announcing import wait_for
from config.running.preparing import HOST
from config.running.supervising import PATIENCE, Child, environment, server_command, worker_command
from config.running.throwaway import NotDone, database, manage
from config.touring.pages import StoryBroken
from delivery.sink import Received, Sink

PATIENTS, OFFICES, MONTHS = 60, 6, 2
Wanted = Callable[[EmailMessage], bool]


class Stage:
    """Everything the story touches, gone when it is over."""

    def __init__(self, site: str, sink: Sink, folder: Path) -> None:
        self.site, self.sink, self.folder = site, sink, folder
        self._read = 0

    def new_mails(self) -> list[Received]:
        """Return what has come in since this was last asked."""
        found = self.sink.received[self._read :]
        self._read += len(found)
        return found

    def wait_for_mails(self, count: int, wanted: Wanted, *, seconds: float) -> list[EmailMessage]:
        """Return the first `count` new mails that are wanted.

        Raises:
            StoryBroken: when they do not come in time.
        """
        found: list[EmailMessage] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found += [mail for mail in map(parsed, self.new_mails()) if wanted(mail)]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise StoryBroken(f"{len(found)} of {count} awaited mails came within {seconds:.0f} s.")


def parsed(received: Received) -> EmailMessage:
    """Return what came in as a message, its envelope's address under `X-Envelope-To`."""
    message = message_from_bytes(received.data, policy=policy.default)
    message["X-Envelope-To"] = received.recipient
    return message


@contextlib.contextmanager
def staged() -> Iterator[Stage]:
    """Build the stage, give it to the story, and take it down whatever happens.

    Raises:
        StoryBroken: when server or seed do not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix="goodword-tour-"))
    try:
        with database("tour") as database_url, Sink() as sink:
            port = free_port()
            env = _environment(folder, port, sink, database_url)
            manage(env, "migrate", "--verbosity", "0")
            numbers = {"--patients": PATIENTS, "--offices": OFFICES, "--months": MONTHS}
            manage(env, "seed_demo", *(str(part) for pair in numbers.items() for part in pair))
            with _played(env, port, folder):
                yield Stage(f"http://{HOST}:{port}", sink, folder)
    except NotDone as error:
        raise StoryBroken(str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, port: int, sink: Sink, database_url: str) -> dict[str, str]:
    env = environment(
        VAR_DIR=str(folder), PORT=str(port), DEMO="1", MAIL_URL=sink.url, BULK_MAIL_URL=sink.url, SITE_URL=""
    )
    for name in ("SITE_URL", "DEBUG", "DATABASE_URL_FILE"):
        env.pop(name, None)
    if database_url:
        env["DATABASE_URL"] = database_url
    return env


@contextlib.contextmanager
def _played(env: dict[str, str], port: int, folder: Path) -> Iterator[None]:
    children = [
        Child("web server", server_command(port), env, folder / "web.log"),
        Child("worker", worker_command(), env, folder / "worker.log"),
    ]
    try:
        for name in ("queue", "control"):
            (folder / "broker" / name).mkdir(parents=True)
        for child in children:
            child.start()
        if not wait_for(port, seconds=90, is_wanted=lambda: children[0].is_alive):
            raise StoryBroken(f"The web server does not come up:\n{children[0].last_words()}")
        try:
            yield
        except StoryBroken as error:
            words = "\n".join(f"{child.name}: {child.last_words(6)}" for child in children)
            raise StoryBroken(f"{error}\n{words}") from error
    finally:
        for child in children:
            child.end()
        until = time.monotonic() + PATIENCE
        while any(child.is_alive for child in children) and time.monotonic() < until:
            time.sleep(0.05)
        for child in children:
            child.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port

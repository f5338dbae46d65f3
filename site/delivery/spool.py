"""The worker's own note of what it is about to hand over and what was answered: a local file per lease.

The file is locked as long as its worker lives, so whoever can lock it knows that the worker is dead.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings

from delivery.channels.base import ChannelDown, Result
from delivery.points import Point, reached
from delivery.states import MessageState

log = structlog.get_logger(__name__)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Return what names this run of the machine; "" where the system has no such name."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


class Spool:
    """The open file of one lease: an intent is in it before the final dot, an answer soon after it came.

    Answers are kept until the next intent, and written with it in one go: a worker that dies has one of each open
    connection at most that came in and does not stand here, the one after whose answer nothing more was given.

    Raises:
        OSError: when it cannot be begun; then nothing of it is left.
    """

    def __init__(self, lease_id: UUID, *, is_repeatable: bool) -> None:
        root = Path(settings.SPOOL_ROOT)
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = root / f"{lease_id}.spool"
        unseen = self.path.with_suffix(".new")
        self.kept: list[str] = []
        self.is_shut = False
        self.file = os.open(unseen, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            head = f"B {boot_id() or '-'} {'again' if is_repeatable else 'once'}\n"
            self._write(head)
            self.head_length = len(head)
            unseen.rename(self.path)
        except OSError:
            unseen.unlink(missing_ok=True)
            os.close(self.file)
            raise

    def intend(self, key: UUID) -> None:
        """Write that this message is about to leave, and what was answered meanwhile.

        Raises:
            ChannelDown: when it cannot be written; then it must not leave.
        """
        self.kept.append(f"I {key.hex}\n")
        try:
            self._flush()
        except OSError as error:
            self.is_shut = True
            raise ChannelDown(f"The spool cannot be written: {error.strerror}.") from error

    def answer(self, key: UUID, result: Result) -> None:
        """Keep what was answered until something is written."""
        reason = " ".join(result.reason.split()) if result.reason else ""
        self.kept.append(f"R {key.hex} {result.state.value} {reason}\n")

    def flush(self) -> None:
        """Write what was answered; a full disk here costs no more than rows that nobody can be sure of."""
        try:
            self._flush()
        except OSError as error:
            self.is_shut = True
            log.warning("delivery.spool_not_written", error=type(error).__name__)

    def restart(self) -> None:
        """Forget what was written: all of it is in the database, and another batch begins."""
        with suppress(OSError):
            os.ftruncate(self.file, self.head_length)

    def close(self) -> None:
        """Let go of the file; whoever sweeps next reads it."""
        self.flush()
        with suppress(OSError):
            os.close(self.file)

    def remove(self) -> None:
        """Take the file away: all that it holds is in the database."""
        self.kept = []
        self.path.unlink(missing_ok=True)
        self.close()

    def _flush(self) -> None:
        has_answers = len(self.kept) > 1 or bool(self.kept and self.kept[0].startswith("R"))
        lines, self.kept = "".join(self.kept), []
        if lines:
            self._write(lines)
            if has_answers:
                reached(Point.NOTED)

    def _write(self, lines: str) -> None:
        """Write whole lines; after half a line nothing more is written, since nobody could tell it apart.

        Raises:
            OSError: when not all of it could be written.
        """
        data = lines.encode()
        if self.is_shut or os.write(self.file, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass
class Found:
    """What a dead worker's file says."""

    path: Path
    lease_id: UUID
    file: IO[str]
    is_same_boot: bool = False
    is_repeatable: bool = False
    intents: set[UUID] = field(default_factory=set)
    answers: dict[UUID, Result] = field(default_factory=dict)

    def read(self) -> None:
        """Read every whole line; a torn last one says nothing."""
        for line in self.file:
            words = line.rstrip("\n").split(" ", 3)
            if not line.endswith("\n"):
                break
            if words[0] == "B":
                self.is_same_boot = words[1] not in {"", "-"} and words[1] == boot_id()
                self.is_repeatable = words[2] == "again"
            elif words[0] == "I":
                self.intents.add(key := UUID(hex=words[1]))
                self.answers.pop(key, None)  # it was answered for an attempt before this one
            elif words[0] == "R":
                reason = words[3] if len(words) > 3 else ""
                self.answers[UUID(hex=words[1])] = Result(MessageState(words[2]), reason)


def left_behind() -> Generator[Found]:
    """Yield the files of dead workers on this machine, each locked while it is looked at, or until this is closed."""
    root = Path(settings.SPOOL_ROOT)
    for path in sorted(root.glob("*.spool")):
        try:
            file = path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            if path.exists():
                found = Found(path, UUID(path.stem), file)
                found.read()
                yield found


def is_held_here(lease_id: UUID) -> bool:
    """Return whether this machine has the lease's file: then its worker lives, or its file is read first."""
    return (Path(settings.SPOOL_ROOT) / f"{lease_id}.spool").exists()

"""The broker that is a folder: kombu's own, except that a message has its name only once it is written whole.

Kombu opens the file under its final name and writes then; a worker that looks in between reads nothing, and dies of
it (kombu 5.7, transport/filesystem.py).
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    """Messages as files."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # as kombu does
        """Write a message beside the queue, then name it: a rename is whole or not at all (POSIX rename(2))."""
        stem = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}"
        half = Path(self.data_folder_out, f"{stem}.half")
        try:
            half.write_bytes(dumps(payload).encode())
            half.rename(half.with_name(f"{stem}.msg"))
        except OSError as error:
            raise ChannelError(f"The message could not be written to {half.parent}: {error.strerror}.") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the next message; what is no message is let go, since the truth is in the database."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                log.warning("broker.message_unreadable", queue=queue)


class Transport(filesystem.Transport):
    """The transport of these channels."""

    Channel = Channel

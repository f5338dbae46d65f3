"""Mail as files: one .eml per message under its Message-ID, so that a repeat is recognisable and harmless."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from delivery.channels.base import ACCEPTED, Answered, ChannelDown, Mail, Notes
from delivery.outbox import file_name


class Outbox:
    """Writes into a folder; a message that lies there already is accepted again without being written twice."""

    is_repeatable = True
    most_at_once = 1

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_open = folder, False

    def open(self) -> None:
        """Make the folder.

        Raises:
            ChannelDown: when it cannot be made.
        """
        if self.is_open:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ChannelDown(f"The outbox cannot be written: {error.strerror}.") from error
        self.is_open = True

    def send(self, mails: Iterator[Mail], notes: Notes) -> Iterator[Answered | None]:
        """Write one file after the other."""
        for mail in mails:
            path = self.folder / file_name(mail.message_id)
            if not path.exists():
                notes.intend(mail.key)
                self._write(path, mail.data)
            yield mail, ACCEPTED

    def _write(self, path: Path, data: bytes) -> None:
        """Write one file under another name first, then give it its own in one step."""
        self.open()
        partial = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            partial.write_bytes(data)
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise ChannelDown(f"The outbox cannot be written: {error.strerror}.") from error

    def tidy(self) -> None:
        """Look at the folder again when next opened."""
        self.is_open = False

    def close(self) -> None:
        """Look at the folder again when next opened."""
        self.is_open = False

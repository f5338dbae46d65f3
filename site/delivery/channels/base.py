"""What every channel is: opened, given one message at a time, closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from delivery.states import MessageState


class ChannelDown(Exception):
    """The channel takes nothing just now, whoever it is for; the words say why."""


@dataclass(frozen=True)
class Envelope:
    """Where a message goes: from, to, and the Message-ID that names it."""

    sender: str
    recipient: str
    message_id: str


@dataclass(frozen=True)
class Result:
    """What the other side said: accepted, deferred, failed or unknown, and its words."""

    state: MessageState
    reason: str = ""


MOST_WORDS, SHORTEST_MAILBOX = 160, 3


def nameless(words: str, recipient: str) -> str:
    """Return a server's words without the address that they repeat: they are kept where addresses are not."""
    mailbox = recipient.partition("@")[0]
    told = re.sub(re.escape(recipient), "…", words, flags=re.IGNORECASE)
    if len(mailbox) >= SHORTEST_MAILBOX:
        told = re.sub(rf"(?<!\w){re.escape(mailbox)}(?!\w)", "…", told, flags=re.IGNORECASE)
    return told[:MOST_WORDS]


ACCEPTED = Result(MessageState.ACCEPTED)


class Channel(Protocol):
    """One way out.

    `is_repeatable` says that the same message given twice arrives once, so that after a crash it is simply given again.
    """

    is_repeatable: bool

    def open(self) -> None:
        """Get ready.

        Raises:
            ChannelDown: when the other side is away or refuses us altogether.
        """

    def send(self, envelope: Envelope, data: bytes, *, intend: Callable[[], None]) -> Result:
        """Hand over one message; `intend` is called at the last moment before it can no longer be taken back.

        Raises:
            ChannelDown: when the channel broke before that moment; this message and the rest wait.
        """

    def close(self) -> None:
        """Let go; never raises."""

"""What every channel is: opened, given a stream of messages, closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol
from uuid import UUID

from delivery.states import MessageState


class ChannelDown(Exception):
    """The channel takes nothing just now, whoever it is for; the words say why."""


OUR_NAME = "message"  # under which a message's name travels in what a provider calls metadata


class Mail(NamedTuple):
    """One message on its way: its key in the ledger, whence and where to, the Message-ID that names it, its bytes.

    `is_dotless` says that no line of it begins with a dot, so that nobody must look for one.
    """

    key: UUID
    sender: str
    recipient: str
    message_id: str
    data: bytes
    is_dotless: bool = False


class Result(NamedTuple):
    """What the other side said: accepted, deferred, failed or unknown, and its words."""

    state: MessageState
    reason: str = ""


type Answered = tuple[Mail, Result]

MOST_WORDS, SHORTEST_MAILBOX = 160, 3


def nameless(words: str, recipient: str) -> str:
    """Return a server's words without the address that they repeat: they are kept where addresses are not."""
    if not words:
        return ""
    mailbox = recipient.partition("@")[0]
    told = re.sub(re.escape(recipient), "…", words, flags=re.IGNORECASE)
    if len(mailbox) >= SHORTEST_MAILBOX:
        told = re.sub(rf"(?<!\w){re.escape(mailbox)}(?!\w)", "…", told, flags=re.IGNORECASE)
    return told[:MOST_WORDS]


ACCEPTED = Result(MessageState.ACCEPTED)


class Notes(Protocol):
    """Where a channel writes what it is about to do."""

    def intend(self, key: UUID) -> None:
        """Write that this message is about to leave.

        Raises:
            ChannelDown: when it cannot be written; then it must not leave.
        """


class Channel(Protocol):
    """One way out.

    `is_repeatable` says that the same message given twice arrives once, so that after a crash it is simply given again.
    `most_at_once` is how many messages it may have taken from the stream without having answered for them.
    """

    is_repeatable: bool
    most_at_once: int

    def open(self) -> None:
        """Get ready.

        Raises:
            ChannelDown: when the other side is away or refuses us altogether.
        """

    def send(self, mails: Iterator[Mail], notes: Notes) -> Iterator[Answered | None]:
        """Hand over a stream of messages and yield what became of each as soon as that is known, in any order.

        `notes.intend` is called for each at the last moment before it can no longer be taken back. None is yielded
        when nothing was heard for a while, so that whoever waits may look around.

        Raises:
            ChannelDown: when the channel is shut. Whatever was handed over has been answered for; of messages that
                were taken and never answered for, none has left.
        """

    def tidy(self) -> None:
        """Let go of what was not used for a while; never raises."""

    def close(self) -> None:
        """Let go; never raises."""

"""What may follow what: the states of a dispatch and of a message, as data."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class DispatchState(models.TextChoices):
    """Where one running of one send stands."""

    READY = "ready", _("Ready")
    FREEZING = "freezing", _("Collecting who gets it")
    RUNNING = "running", _("Sending")
    PAUSED = "paused", _("Paused")
    ATTENTION = "attention", _("Needs attention")
    FINISHED = "finished", _("Sent")
    CANCELLED = "cancelled", _("Canceled")


class MessageState(models.TextChoices):
    """Where one letter to one address stands; four of them are its end."""

    QUEUED = "queued", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    DEFERRED = "deferred", _("Trying again")
    ACCEPTED = "accepted", _("Accepted")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Left out")
    UNKNOWN = "unknown", _("Unknown")


OPEN = (MessageState.QUEUED, MessageState.DEFERRED)
SETTLED = (MessageState.ACCEPTED, MessageState.FAILED, MessageState.SKIPPED, MessageState.UNKNOWN)


@dataclass(frozen=True)
class Transition:
    """One line of a table: from `state`, `action` leads to `next_state`, done by `who`."""

    state: str
    action: str
    next_state: str
    who: str


D, M = DispatchState, MessageState
SENDING = (D.FREEZING, D.RUNNING)  # a worker sends the first letters while the last readers are still being collected

DISPATCH_TRANSITIONS: tuple[Transition, ...] = (
    Transition(D.READY, "start", D.FREEZING, "sender"),
    Transition(D.FREEZING, "frozen", D.RUNNING, "system"),  # its audience is whole
    Transition(D.FREEZING, "pause", D.PAUSED, "sender"),
    Transition(D.RUNNING, "pause", D.PAUSED, "sender"),
    Transition(D.PAUSED, "resume", D.FREEZING, "sender"),  # and on at once where its audience is whole
    Transition(D.FREEZING, "hold", D.ATTENTION, "system"),
    Transition(D.RUNNING, "hold", D.ATTENTION, "system"),
    Transition(D.ATTENTION, "resume", D.FREEZING, "sender"),
    Transition(D.READY, "cancel", D.CANCELLED, "sender"),
    Transition(D.FREEZING, "cancel", D.CANCELLED, "sender"),
    Transition(D.RUNNING, "cancel", D.CANCELLED, "sender"),
    Transition(D.PAUSED, "cancel", D.CANCELLED, "sender"),
    Transition(D.ATTENTION, "cancel", D.CANCELLED, "sender"),
    Transition(D.RUNNING, "finish", D.FINISHED, "system"),
    Transition(D.FINISHED, "reopen", D.RUNNING, "system"),
    Transition(D.CANCELLED, "send_rest", D.RUNNING, "sender"),
)

MESSAGE_TRANSITIONS: tuple[Transition, ...] = (
    Transition(M.QUEUED, "claim", M.CLAIMED, "system"),
    Transition(M.DEFERRED, "claim", M.CLAIMED, "system"),
    Transition(M.CLAIMED, "accept", M.ACCEPTED, "system"),
    Transition(M.CLAIMED, "defer", M.DEFERRED, "system"),
    Transition(M.CLAIMED, "fail", M.FAILED, "system"),
    Transition(M.CLAIMED, "skip", M.SKIPPED, "system"),
    Transition(M.CLAIMED, "lose", M.UNKNOWN, "system"),
    Transition(M.CLAIMED, "release", M.QUEUED, "system"),
    Transition(M.QUEUED, "cancel", M.SKIPPED, "sender"),
    Transition(M.DEFERRED, "cancel", M.SKIPPED, "sender"),
    Transition(M.QUEUED, "leave_out", M.SKIPPED, "system"),
    Transition(M.DEFERRED, "leave_out", M.SKIPPED, "system"),
    Transition(M.SKIPPED, "put_back", M.QUEUED, "system"),
    Transition(M.SKIPPED, "send_rest", M.QUEUED, "sender"),  # where a cancel left it out
    Transition(M.UNKNOWN, "accept", M.ACCEPTED, "system"),
    Transition(M.UNKNOWN, "fail", M.FAILED, "system"),
    Transition(M.UNKNOWN, "defer", M.DEFERRED, "system"),
    Transition(M.UNKNOWN, "release", M.QUEUED, "system"),
    Transition(M.UNKNOWN, "find_there", M.ACCEPTED, "sender"),  # somebody asked the reader
    Transition(M.UNKNOWN, "find_missing", M.FAILED, "sender"),
    Transition(M.UNKNOWN, "send_again", M.QUEUED, "sender"),
    Transition(M.FAILED, "send_again", M.QUEUED, "sender"),  # where no server refused it for good
)
TRANSITIONS = {"dispatch": DISPATCH_TRANSITIONS, "message": MESSAGE_TRANSITIONS}


def sources(table: tuple[Transition, ...], action: str) -> list[str]:
    """Return the states from which `action` leads somewhere, in the table's order."""
    return [line.state for line in table if line.action == action]


def target(table: tuple[Transition, ...], action: str) -> str:
    """Return where `action` leads; in these tables an action has one end.

    Raises:
        KeyError: when the table has no such action.
    """
    for line in table:
        if line.action == action:
            return line.next_state
    raise KeyError(action)


def can_become(table: tuple[Transition, ...], state: str, next_state: str) -> bool:
    """Return whether some action leads from `state` to `next_state`."""
    return any(line.state == state and line.next_state == next_state for line in table)

"""Settles what nobody knew, once somebody does."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from delivery.models import Message
from delivery.states import MessageState


def was_taken(ids: Iterable[UUID]) -> int:
    """Settle those of these messages of which nobody knew as accepted; return how many there were.

    Whatever is told of a message, be it that it came back, proves that the server to which we spoke had taken it.
    """
    rows = Message.objects.filter(pk__in=list(ids), state=MessageState.UNKNOWN)
    return rows.update(state=MessageState.ACCEPTED, reason="", lease=None, content=None)

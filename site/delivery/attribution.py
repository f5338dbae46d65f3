"""What a letter brought: what its readers began within two weeks, counted for all of them together.

Nobody is followed: it is no claim that they did it because of the letter, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise

from delivery.models import Dispatch, Message
from delivery.states import MessageState

WITHIN = timedelta(days=14)
FEWEST = 5  # below, a figure could tell of one person

type Counting = Callable[[QuerySet[Message], datetime, datetime], int | None]


@dataclass(frozen=True)
class Brought:
    """One kind of thing that readers began, and how many did; None where so few did that a figure would tell of them.

    No reader at all is said as 0: that tells of nobody.
    """

    label: str | Promise
    number: int | None


_counted: dict[str, tuple[str | Promise, Counting]] = {}


def counts(name: str, label: str | Promise, counting: Counting) -> None:
    """Enter something that a letter may bring, from the moment when the part that knows it is ready.

    Args:
        name: its own, once.
        label: in the editor's words, for many.
        counting: returns how many it was, given the letters that arrived, and from when until when; None where
            nobody can know.
    """
    _counted[name] = (label, counting)


def of(dispatch: Dispatch) -> list[Brought]:
    """Return what the readers of a dispatch began within two weeks of its start; nothing before it was started."""
    if dispatch.started_at is None:
        return []
    arrived = Message.objects.filter(dispatch=dispatch, state=MessageState.ACCEPTED, reader__isnull=False).order_by()
    found = []
    for label, counting in _counted.values():
        number = counting(arrived, dispatch.started_at, dispatch.started_at + WITHIN)
        if number is not None:
            found.append(Brought(label, number if number == 0 or number >= FEWEST else None))
    return found

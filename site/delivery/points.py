"""The instants on a message's way at which a process may die: a drill watches them, otherwise nobody does."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """An instant between two things that cannot be done as one."""

    FREEZING = "while the audience is frozen"
    CLAIMING = "before the claim is committed"
    CLAIMED = "after the claim"
    INTENDED = "after the intent, before the dot"
    DOTTED = "after the dot, before the answer"
    ANSWERED = "after the answer, before it is noted"
    NOTED = "after the answer is noted, before it is settled"
    SETTLING = "while a group is settled"
    SETTLED = "after a group is settled"
    GIVING_BACK = "while the rest is given back"
    RECOVERING = "while a dead worker's file is replayed"
    RECOVERED = "after a file is replayed, before it is taken away"
    TAKING_OVER = "while another machine's lease is taken"

    @property
    def is_of_each_message(self) -> bool:
        """Whether every single message passes it."""
        return self in {Point.INTENDED, Point.DOTTED, Point.ANSWERED, Point.NOTED}


def _nobody(_point: Point) -> None:
    """Watch nothing."""


_watching: list[Callable[[Point], None]] = [_nobody]


def reached(point: Point) -> None:
    """Say that a process got here."""
    _watching[0](point)


def watch(watcher: Callable[[Point], None]) -> None:
    """Let a drill see every point that this process reaches; what it does there is its own affair."""
    _watching[0] = watcher

"""Who can be asked again whom a dispatch is for: each part that opens dispatches answers for its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from delivery.envelope import Letter
from delivery.models import Dispatch
from delivery.ways import Ways
from patients.models import ReaderQuerySet
from patients.policy import Contactable


@dataclass(frozen=True)
class Asked:
    """Whom a letter is for, and how it is written.

    Args:
        readers: the audience as a question; readers without an address on the channel get no row.
        ways: in what other ways it is written.
        written: returns the letter of a way by its name; None where no way has a letter of its own.
    """

    readers: ReaderQuerySet | Contactable
    ways: Ways = field(default_factory=Ways)
    written: Callable[[str], Letter] | None = None


class Unasked(LookupError):
    """Nobody answers for dispatches of this kind."""


_answers: dict[str, Callable[[Dispatch], Asked]] = {}


def answer(kind: str, ask: Callable[[Dispatch], Asked]) -> None:
    """Answer for the dispatches of one kind, from the moment when the part that opens them is ready.

    Args:
        kind: what stands before the colon of their occasion.
        ask: returns whom a dispatch is for, from the question that was kept when it was opened
            (`dispatch.freezing.question`): what anybody changed since then is not in it.
    """
    _answers[kind] = ask


def of(dispatch: Dispatch) -> Asked:
    """Return whom a dispatch is for.

    Raises:
        Unasked: when nobody answers for its kind.
    """
    kind = dispatch.occasion.partition(":")[0]
    if kind not in _answers:
        raise Unasked(f"Nobody answers for whom {kind!r} is.")
    return _answers[kind](dispatch)

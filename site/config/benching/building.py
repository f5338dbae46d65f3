"""The figure of building: messages spliced from a compiled letter beside Django's own, with the same content."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import uuid4

from config.benching import crowds
from config.benching.measures import RUNS, Measure
from config.drilling import splicing
from content import merge
from delivery.envelope import Compiled, Marks, Recipient

THEIRS, OURS = 60, 6_000


class NotTheSame(RuntimeError):
    """A spliced message does not say what Django's own says."""


def measured(*, runs: int = RUNS) -> list[Measure]:
    """Return how many messages of 43 kB are built in a second, by us and by Django, in turns.

    Raises:
        NotTheSame: when they do not say the same.
    """
    letter = crowds.letter()
    compiled = Compiled(letter, splicing.SENDER, Marks())
    people = [_recipient(number) for number in range(OURS)]
    for whom in people[:THEIRS]:
        if found := splicing.difference(compiled.splice(whom), letter, whom):
            raise NotTheSame(f"To {whom.name}: {found}.")
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(_speed(compiled.splice, people))
        theirs.append(_speed(lambda whom: splicing.slow(letter, whom), people[:THEIRS]))
    return [
        Measure(
            name="build.vs_django",
            unit="messages/s",
            values=ours,
            base=theirs,
            ratio_to="EmailMultiAlternatives",
            goal="at least 300, each of equal decoded content",
        )
    ]


def _recipient(number: int) -> Recipient:
    links = {tag: f"https://www.bench.example/e/{tag}/{uuid4().hex * 3}/" for tag in merge.LINK_TAGS}
    values = {"first_name": f"Given{number % 997}", "practice_name": "Bench"} | links
    name, address = f"Given{number % 997} Name{number}", f"reader{number}@readers.example"
    return Recipient(address, name, f"{uuid4().hex}@bench.example", values, links["unsubscribe_url"])


def _speed(build: Callable[[Recipient], bytes], people: list[Recipient]) -> float:
    """Return how many are built in a second of this process's own time."""
    begun = time.process_time()
    for whom in people:
        build(whom)
    return len(people) / (time.process_time() - begun)

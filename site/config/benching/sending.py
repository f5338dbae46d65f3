"""The figures of sending: from the start of a letter to its last row settled, beside what the fastest source can do."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from config.benching import crowds
from config.benching.measures import RUNS, Measure
from config.benching.sinks import NotCounted, Swallow, program, source
from config.running.supervising import environment
from delivery import actions
from delivery.envelope import Letter
from delivery.models import Message
from delivery.states import MessageState

PEOPLE = 20_000
FEW = 10_000


def measured(people: int = PEOPLE, *, runs: int = RUNS) -> list[Measure]:
    """Return the measures of sending, over the database at hand, a demo or empty one.

    Args:
        people: how many readers there are at most: the figures of memory and growth compare them to 10,000.
        runs: of each measure.

    Raises:
        crowds.PeopleThere: where somebody is there who may be real.
        NotCounted: when a sink did not get what was sent.
    """
    crowds.prepare(max(people, PEOPLE, FEW))
    written = crowds.letter()
    with tempfile.TemporaryDirectory(prefix="goodword-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        return [
            *end_to_end(written, place, runs=runs, workers=1),
            *end_to_end(written, place, runs=runs, workers=2)[:1],
            *growing(written, place, people, runs=runs),
        ]


class Sender:
    """A worker that was started and waits for its word."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.benching.sender"],
            env=environment() | {"MAIL_URL": url, "BULK_MAIL_URL": url, "DEMO": "0"},
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.idle = float(self.told()["megabytes"])

    def begin(self) -> None:
        """Give the word."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def told(self) -> dict[str, Any]:
        """Return what it says next.

        Raises:
            NotCounted: when it is gone.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(('{"ready"', '{"sent"')):
                return dict(json.loads(line))
        raise NotCounted("A worker ended before it had sent its letters.")

    def close(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


@contextmanager
def _workers(folder: Path, number: int) -> Iterator[tuple[list[Swallow], list[Sender]]]:
    with ExitStack() as stack:
        sinks = [stack.enter_context(Swallow(folder)) for _ in range(number)]
        senders = [Sender(sink.url) for sink in sinks]
        for sender in senders:
            stack.callback(sender.close)
        yield sinks, senders


def _send(written: Letter, number: int, sinks: list[Swallow], senders: list[Sender]) -> dict[str, float]:
    """Send one letter to so many, from its opening to its last row; return what it took all workers together."""
    crowds.age()
    before = [sink.count() for sink in sinks]
    begun = time.perf_counter()
    dispatch = crowds.opened(written, number)
    actions.start(dispatch=dispatch, by=None)
    for sender in senders:
        sender.begin()
    told = [sender.told() for sender in senders]
    seconds = time.perf_counter() - begun
    accepted = Message.objects.filter(dispatch=dispatch, state=MessageState.ACCEPTED).count()
    came = sum(sink.count() for sink in sinks) - sum(before)
    if not accepted == came == number:
        raise NotCounted(f"{accepted:,} accepted, {came:,} came of {number:,} messages: the run is void.")
    for sink in sinks:
        if sink.bundled is not None:
            sink.bundled.received.clear()
    return {
        "seconds": seconds,
        "processor": sum(one["processor"] for one in told),
        "statements": sum(one["statements"] for one in told),
        "megabytes": max(one["megabytes"] for one in told),
    }


def end_to_end(written: Letter, folder: Path, *, runs: int, workers: int) -> list[Measure]:
    """Measure a letter to 20,000 from its start to its last row settled, and smtp-source in turns with it."""
    ours, theirs, asked, processor = [], [], [], []
    size = crowds.SIZE
    with _workers(folder, workers) as (sinks, senders):
        for _ in range(runs):
            took = _send(written, PEOPLE, sinks, senders)
            ours.append(PEOPLE / took["seconds"])
            processor.append(took["processor"] / PEOPLE * 1e6)
            asked.append(took["statements"] / PEOPLE)
            if program("smtp-source") and sinks[0].bundled is None:
                port = sinks[0].port
                best = min(source(port, number=PEOPLE, size=size, sessions=sessions) for sessions in (1, 8))
                theirs.append(PEOPLE / best)
    goal = f"at least {'1.0' if workers == 1 else '1.5'}; {connection.vendor}, {workers} worker(s), as many sinks"
    goal += "" if theirs else "; void: smtp-source is not here (Debian's package postfix)"
    beside = "the best of smtp-source -s 1 and -s 8" if theirs else ""
    name = "send.e2e_vs_smtp_source" if workers == 1 else f"send.e2e_vs_smtp_source.{workers}"
    return [
        Measure(name=name, unit="messages/s", values=ours, goal=goal, base=theirs, ratio_to=beside),
        Measure(name="send.sql_per_recipient", unit="statements", values=asked, goal="at most 0.02"),
        Measure(name="send.processor", unit="µs a message", values=processor, goal="the worker's own, user and system"),
    ]


def growing(written: Letter, folder: Path, people: int, *, runs: int) -> list[Measure]:
    """Measure in turns what many recipients cost beside 10,000: a worker's most memory, and time for each message."""
    number = max(people, FEW)
    few: list[dict[str, float]] = []
    many: list[dict[str, float]] = []
    for _ in range(runs):
        for size, found in ((FEW, few), (number, many)):
            with _workers(folder, 1) as (sinks, senders):  # a fresh worker: what it took at most is never given back
                found.append(_send(written, size, sinks, senders) | {"idle": senders[0].idle})
    idle = many[0]["idle"]
    here = f"{number:,} and {FEW:,} on {connection.vendor}"
    more = f"at most 4 MB, and 64 over the idle worker's {idle:.0f} MB; {here}"
    grown = [max(0.1, big["megabytes"] - small["megabytes"]) for big, small in zip(many, few, strict=True)]
    over = [max(0.1, big["megabytes"] - big["idle"]) for big in many]
    return [
        Measure(name="send.memory", unit="MB", values=grown, goal=more),
        Measure(name="send.memory.over_idle", unit="MB", values=over, goal="at most 64"),
        Measure(
            name="send.growth",
            unit="µs a message",
            values=[took["seconds"] / number * 1e6 for took in many],
            base=[took["seconds"] / FEW * 1e6 for took in few],
            ratio_to=f"{FEW:,} recipients",
            goal=f"ratio at most 1.1; {here}",
        ),
    ]

"""The figures of segments: five conditions counted, and an audience frozen, over the patients that are there."""

from __future__ import annotations

import os
import resource
import time
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from config.benching.measures import RUNS, Measure
from config.running.forking import fork
from delivery import audiences, freezing
from delivery.audiences import Asked
from delivery.models import Dispatch, Message
from delivery.states import DispatchState
from patients import policy, topics
from patients.models import Channel, Patient, Procedure, Purpose
from patients.segments import compiled, parse

GOALS = {
    "count": "under 300 ms at 1,000,000 patients on PostgreSQL",
    "freeze": "at least 80,000 rows/s",
    "launch": "the first addresses frozen with the click in under 200 ms",
}
WORKERS = 2
PAUSE = 0.01  # seconds


class NoPatients(RuntimeError):
    """The database holds nobody to ask about."""


def measured(people: int | None = None) -> list[Measure]:
    """Return the segments' measures on the database at hand.

    Args:
        people: how many patients there must be at least; None takes whoever is there.

    Raises:
        NoPatients: when there are fewer.
    """
    there = Patient.objects.count()
    if there < max(1, people or 1):
        raise NoPatients(f"There are {there:,} patients; seed {people or 1:,} first: manage.py seed_demo --patients N.")
    return [count(there), *freeze()]


def question() -> dict[str, Any]:
    """Return five conditions, nested, as the builder's drawing has them; about a procedure that was really done."""
    code = Procedure.objects.exclude(code="").order_by("-pk").values_list("code", flat=True).first() or "D4341"
    done = {"ask": "had_code", "how": "ever", "code": code}
    either = [{"ask": "interval", "how": "shorter", "span": "12 months"}, done]
    gone = {"ask": "status", "how": "is", "among": ["moved", "dismissed", "deceased"]}
    return {
        "match": "all",
        "parts": [
            {"ask": "last_visit", "how": "before", "span": "18 months"},
            {"ask": "next_visit", "how": "unbooked"},
            {"match": "any", "parts": either},
            {"match": "none", "parts": [gone]},
        ],
    }


def count(there: int) -> Measure:
    """Measure a count from the saved tree to the number, as the builder does it."""
    raw = question()
    compiled(parse(raw)).count()
    values = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        compiled(parse(raw)).count()
        values.append((time.perf_counter() - begun) * 1000)
    here = f"{there:,} patients on {connection.vendor}"
    return Measure(name="segment.count", unit="ms", values=values, goal=f"{GOALS['count']}; here {here}")


def freeze() -> list[Measure]:
    """Measure the click, rows written a second when everybody who gets letters is frozen, and how a worker grows.

    From the click to the last row, the workers working side by side. The dispatch is on hold: nobody is written to, and
    its rows are taken away each time.
    """
    audiences.answer("bench", lambda _dispatch: everyone())
    workers = WORKERS if connection.features.has_select_for_update_skip_locked else 1
    speeds, clicks, grown, rows = [], [], [], 0
    for _ in range(RUNS):
        now = timezone.now()
        dispatch = Dispatch.objects.create(
            occasion=f"bench:{uuid4()}",
            purpose=Purpose.OWN_SERVICES,
            letter={},
            state=DispatchState.PAUSED,
            started_at=now,
        )
        try:
            before, begun = _peak(resource.RUSAGE_SELF), time.perf_counter()
            freezing.begin(dispatch, everyone())
            clicks.append((time.perf_counter() - begun) * 1000)
            _side_by_side(workers, dispatch.pk)
            taken = time.perf_counter() - begun
            dispatch.refresh_from_db()
            rows = dispatch.letters
            speeds.append(rows / taken)
            grown.append(_peak(resource.RUSAGE_CHILDREN) - before)
        finally:
            Message.objects.filter(dispatch=dispatch)._raw_delete(connection.alias)  # Django would read all of them
            Dispatch.objects.filter(pk=dispatch.pk).delete()
            freezing.clear()
    here = f"{rows:,} rows a run on {connection.vendor} with {workers} workers on {os.cpu_count()} cores"
    return [
        Measure(name="send.launch", unit="ms", values=clicks, goal=f"{GOALS['launch']}; here {here}"),
        Measure(name="freeze.rows", unit="rows/s", values=speeds, goal=f"{GOALS['freeze']}; here {here}"),
        Measure(name="freeze.memory", unit="MB", values=[max(grown)], goal=f"at most 64 MB more; here {here}"),
    ]


def everyone() -> Asked:
    """Return everybody who gets letters."""
    return Asked(policy.adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES, topics.LETTER.name))


def _side_by_side(workers: int, dispatch: int) -> None:
    forks = [fork(_work, dispatch) for _ in range(workers)]
    for each in forks:
        each.join()
    if broken := [each.exitcode for each in forks if each.exitcode]:
        raise RuntimeError(f"{len(broken)} of {workers} workers broke; their words stand above.")


def _work(dispatch: int) -> None:
    while Dispatch.objects.filter(pk=dispatch, frozen_at=None).exists():
        if not freezing.go_on():
            time.sleep(PAUSE)


def _peak(whose: int) -> float:
    """Return the most megabytes that this process, or one of its children, ever had."""
    return resource.getrusage(whose).ru_maxrss / 1024

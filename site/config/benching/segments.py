"""The figures of segments: five conditions counted, and an audience frozen, over the patients that are there."""

from __future__ import annotations

import resource
import time
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from config.benching.measures import RUNS, Measure
from delivery import freezing
from delivery.models import Dispatch
from patients import policy, topics
from patients.models import Channel, Patient, Procedure, Purpose
from patients.segments import compiled, parse

GOALS = {"count": "under 300 ms at 1,000,000 patients on PostgreSQL", "freeze": "at least 80,000 rows/s"}


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
    """Measure rows written a second when everybody who gets letters is frozen, and by how much this process grows.

    What PostgreSQL leaves to the end of a transaction is measured too; what was written is taken back each time.
    """
    readers = policy.adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES, topics.LETTER.name)
    speeds, grown, rows = [], [], 0
    for _ in range(RUNS):
        with transaction.atomic():
            dispatch = Dispatch.objects.create(occasion=f"bench:{uuid4()}", purpose=Purpose.OWN_SERVICES, letter={})
            before, begun = _peak(), time.perf_counter()
            rows = freezing.freeze(dispatch, readers, domain="bench.example")
            if connection.vendor == "postgresql":
                connection.check_constraints()
            speeds.append(rows / (time.perf_counter() - begun))
            grown.append(_peak() - before)
            transaction.set_rollback(True)
    here = f"{rows:,} rows a run on {connection.vendor}"
    return [
        Measure(name="freeze.rows", unit="rows/s", values=speeds, goal=f"{GOALS['freeze']}; here {here}"),
        Measure(name="freeze.memory", unit="MB", values=[max(grown)], goal=f"at most 64 MB more; here {here}"),
    ]


def _peak() -> float:
    """Return the most megabytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

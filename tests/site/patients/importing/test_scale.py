"""Many rows cost few questions each and no more memory than few."""

from __future__ import annotations

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.importing import actions
from patients.importing.survey import Seen
from patients.importing.working import Work
from patients.models import ImportBatch, Patient
from tests.factories.imports import BY, finished, saved, table, taken

pytestmark = pytest.mark.django_db


def text(rows: int, *, first: int = 0) -> str:
    lines = [
        [str(number), "Ann", f"Name{number}", "3/14/1955", f"a{number}@x.example", f"(360) 555-{number % 10_000:04d}"]
        for number in range(first, first + rows)
    ]
    return table(*lines)


def questions(batch: ImportBatch) -> int:
    """Return how many statements saving a file of one block takes, without what surrounds the blocks."""
    work = Work(actions.start(batch=batch, by=BY, decides=False))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        work.go_on()
    return len(asked)


@pytest.mark.both
def test_a_block_of_many_rows_takes_as_many_statements_as_one_of_few() -> None:
    few, many = questions(taken(text(600, first=10_000))), questions(taken(text(1_900, first=20_000)))
    slack = 0 if connection.vendor == "postgresql" else 200  # SQLite takes fewer values at once
    assert many <= few + slack
    assert connection.vendor != "postgresql" or many <= 35


def test_rows_that_are_as_before_take_next_to_none() -> None:
    saved(text(1_500))
    assert questions(taken(text(1_500))) <= (24 if connection.vendor == "postgresql" else 60)


def peak(rows: int, first: int) -> int:
    """Return the most memory that checking and saving a file takes."""
    content = text(rows, first=first).encode()
    tracemalloc.start()
    try:
        finished(actions.start(batch=taken(content), by=BY, decides=False), asks=False)
        return tracemalloc.get_traced_memory()[1] - len(content)
    finally:
        tracemalloc.stop()


def test_memory_is_flat() -> None:
    peak(500, 500_000)
    few, many = peak(8_000, 100_000), peak(24_000, 200_000)
    assert Patient.objects.count() == 32_500
    assert many < few * 1.35


def test_what_was_seen_is_found_again_however_much_it_is() -> None:
    seen = Seen()
    assert [seen.first(str(number), number) for number in range(1, 20_001)] == list(range(1, 20_001))
    assert [seen.first(str(number), 99) for number in range(1, 20_001)] == list(range(1, 20_001))
    assert (seen.keys.itemsize + seen.rows.itemsize) * seen.size <= 20_000 * 48

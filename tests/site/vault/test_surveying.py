"""SQLite learns how its rows are spread, and plans by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.celery import app
from config.tasks import take_stock as task
from patients.models import Procedure
from patients.segments import compiled, parse_line
from tests.factories.patients import PatientFactory
from vault.surveying import take_stock

pytestmark = pytest.mark.django_db
HAD_IT = {"ask": "had_code", "how": "ever", "code": "D1110"}
IS_SQLITE = connection.vendor == "sqlite"


def everybody_had_it(count: int = 60) -> None:
    """Let some patients have had the same procedure."""
    patients = PatientFactory.create_batch(count)
    today = timezone.localdate()
    Procedure.objects.bulk_create(Procedure(patient=one, code="D1110", done_on=today) for one in patients)


def reads_all_of_a_code_for_each_patient() -> bool:
    """Return whether SQLite would look through everybody's procedures for each patient."""
    return IS_SQLITE and "(code=?)" in compiled(parse_line(HAD_IT)).keys().explain()


def found() -> set[Any]:
    """Return the readers of whom it is true."""
    return set(compiled(parse_line(HAD_IT)).keys().values_list("reader_id", flat=True))


def test_sqlite_looks_by_the_patient_once_it_knows_how_many_had_the_same() -> None:
    everybody_had_it()
    assert reads_all_of_a_code_for_each_patient() is IS_SQLITE
    take_stock()
    assert not reads_all_of_a_code_for_each_patient()


def test_what_is_found_is_the_same_before_and_after() -> None:
    everybody_had_it(5)
    PatientFactory.create()
    before = found()
    take_stock()
    assert found() == before
    assert len(before) == 5


def test_only_sqlite_needs_it(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2 if IS_SQLITE else 0):
        assert take_stock() is IS_SQLITE


def test_the_worker_does_it_again_and_again() -> None:
    assert task.name in {one["task"] for one in app.conf.beat_schedule.values()}
    everybody_had_it()
    task()
    assert not reads_all_of_a_code_for_each_patient()

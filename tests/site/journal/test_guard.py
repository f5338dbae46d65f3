"""The database refuses to change or delete an entry, whoever asks and however."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from journal.models import Entry
from journal.recording import record

STATEMENTS = [
    "UPDATE journal_entry SET verb = 'case.declined'",
    "UPDATE journal_entry SET particulars = '{}' WHERE subject = 'case:JR-7K2M'",
    "DELETE FROM journal_entry",
    "DELETE FROM journal_entry WHERE subject = 'case:JR-7K2M'",
]


@pytest.fixture(autouse=True)
def is_migrated(request: pytest.FixtureRequest) -> None:
    if request.config.getvalue("nomigrations"):
        pytest.skip("the guard is made by a migration")


@pytest.fixture
def entry(db: None) -> Entry:
    return record("case.accepted", subject="case:JR-7K2M", by=None)


@pytest.mark.both
@pytest.mark.parametrize("statement", STATEMENTS)
def test_sql_cannot_alter_the_journal(entry: Entry, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().verb == "case.accepted"


@pytest.mark.both
def test_what_passes_by_our_models_is_refused_too(entry: Entry) -> None:
    rows: Any = Entry._base_manager.filter(pk=entry.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows._raw_delete("default")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(verb="case.declined")
    assert Entry.objects.get().verb == "case.accepted"


@pytest.mark.both
def test_new_entries_go_in_as_ever(entry: Entry) -> None:
    record("case.viewed", subject="case:JR-7K2M", by=None)
    assert Entry.objects.count() == 2


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_taken_down_and_set_up_again() -> None:
    MigrationExecutor(connection).migrate([("journal", "0001_what_happened")])
    try:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_entry")
    finally:
        executor = MigrationExecutor(connection)  # what hangs on it went back, too, so everything comes again
        executor.migrate(executor.loader.graph.leaf_nodes())
    with transaction.atomic():
        record("case.accepted", subject="case:JR-7K2M", by=None)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")

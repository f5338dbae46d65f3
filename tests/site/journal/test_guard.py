"""The database refuses to change or delete an entry, whoever asks and however."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from journal import guards
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


def triggers() -> set[str]:
    """Return the triggers that stand."""
    return guards._standing(connection)


def guarded_migrations() -> list[tuple[str, str]]:
    """Return every migration of ours that sets up a guard, by app and name."""
    return [(app.label, name) for app in apps.get_app_configs() for name, _ in guards._guards(app.label)]


@pytest.mark.both
def test_every_trigger_stands_and_is_known(db: None) -> None:
    wanted = set()
    for label, name in guarded_migrations():
        listening = guards.Listening(connection)
        import_module(f"{label}.migrations.{name}").guard(None, listening)
        wanted |= {guards._name(statement) for statement in listening.statements}
    assert wanted <= triggers()
    assert {"journal", "patients"} <= {label for label, _ in guarded_migrations()}
    assert any("journal_entry" in name for name in wanted)
    assert any("patients_consent" in name for name in wanted)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("label", "table"), [("journal", "journal_entry"), ("patients", "patients_consent")])
def test_a_guard_that_got_lost_comes_back_after_a_migration(label: str, table: str) -> None:
    before = triggers()
    lost = {name for name in before if name.startswith(f"{table}_") and not name.endswith("_refuse")}
    assert lost
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in lost:
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert not lost & triggers()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert triggers() == before
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert triggers() == before


@pytest.mark.django_db(transaction=True)
def test_a_table_that_sqlite_rebuilds_is_guarded_again() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL changes tables in place")
    wider = models.CharField(max_length=65)
    wider.set_attributes_from_name("verb")
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, Entry._meta.get_field("verb"), wider, strict=True)
    assert not {name for name in triggers() if name.startswith("journal_entry_")}
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        record("case.accepted", subject="case:JR-7K2M", by=None)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, wider, Entry._meta.get_field("verb"), strict=True)
    call_command("migrate", verbosity=0)


def test_a_guard_that_writes_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="statement of its own"):
        guards._name("DELETE FROM journal_entry")

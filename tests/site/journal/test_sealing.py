"""Whoever alters, deletes or slips in a line of the journal is found out, at the first entry that was touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from config.env import FieldKey
from journal import sealing, tasks
from journal.models import Entry, Seal, SealedBatch
from journal.recording import record
from journal.sealing import Head
from vault import ids

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TABLES = ("journal_entry", "journal_seal", "journal_sealedbatch")


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the database's own guard down, as whoever owns the database could; the test's end brings it back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'journal_%'")
        guard = cursor.fetchall()
        for name, _sql in guard:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in guard:
            cursor.execute(sql)


def forge(rows: Any, **values: Any) -> None:
    """Write past our models."""
    with unguarded():
        rows.model._base_manager.filter(pk__in=[row.pk for row in rows]).update(**values)


def rip_out(rows: Any) -> None:
    """Delete past our models."""
    found = rows.model._base_manager.filter(pk__in=[row.pk for row in rows])
    with unguarded():
        found._raw_delete("default")


def write(number: int, at: Any = None) -> list[Entry]:
    return [record("case.viewed", subject=f"case:JR-{count:04}", by="user:U-1", n=count) for count in range(number)]


def later(**span: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """Return twelve entries in batches of five, five and two."""
    monkeypatch.setattr(sealing, "AT_ONCE", 5)
    entries = write(12)
    with later(minutes=5):
        assert sealing.seal() == 12
    return list(Entry.objects.order_by("pk")) if entries else []


def found(**more: Any) -> list[str]:
    return [str(one) for one in sealing.broken(**more)]


def test_every_finished_entry_gets_its_place_in_order(sealed: list[Entry]) -> None:
    assert list(SealedBatch.objects.values_list("number", "count")) == [(1, 5), (2, 5), (3, 2)]
    order = list(Seal.objects.order_by("batch", "place").values_list("entry_id", flat=True))
    assert order == [entry.pk for entry in sealed]
    assert found() == []


def test_what_was_just_written_waits_a_minute(db: None) -> None:
    write(1)
    assert sealing.seal() == 0
    with later(seconds=61):
        assert sealing.seal() == 1


def test_nothing_is_sealed_twice(sealed: list[Entry]) -> None:
    with later(minutes=6):
        assert sealing.seal() == 0
        assert sealing.seal(everything=True) == 0


def test_an_entry_that_comes_late_goes_into_a_later_batch(sealed: list[Entry]) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=2), tick=False):
        late = write(1)
    with later(minutes=10):
        assert sealing.seal() == 1
    assert Seal.objects.get(entry_id=late[0].pk).batch_id == 4
    assert found() == []


def test_an_entry_of_long_ago_is_sealed_by_the_nightly_look(sealed: list[Entry]) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        write(1)
    with later(minutes=10):
        tasks.seal()
        assert sealing.unsealed().count() == 1
        tasks.seal_late()
        assert sealing.unsealed().count() == 0
    assert found() == []


@pytest.mark.parametrize(
    "values",
    [
        {"verb": "case.declined"},
        {"subject": "case:JR-9999"},
        {"about": "patient:PT-9999"},
        {"by": "user:U-2"},
        {"particulars": {"n": 7, "more": True}},
        {"particulars": {}},
    ],
)
def test_an_altered_entry_is_named(sealed: list[Entry], values: dict[str, Any]) -> None:
    forge(Entry.objects.filter(pk=sealed[6].pk), **values)
    assert found() == [f"batch 2, entry {sealed[6].pk}: the entry was altered"]


def test_a_moved_moment_is_named(sealed: list[Entry]) -> None:
    forge(Entry.objects.filter(pk=sealed[0].pk), at=sealed[0].at + timedelta(microseconds=1))
    assert found()[0] == f"batch 1, entry {sealed[0].pk}: the entry was altered"


def test_a_deleted_entry_leaves_a_gap(sealed: list[Entry]) -> None:
    rip_out(Entry.objects.filter(pk=sealed[11].pk))
    assert found() == [f"batch 3, entry {sealed[11].pk}: the entry is gone"]


def test_an_entry_deleted_with_its_seal_is_missed_by_the_batch(sealed: list[Entry]) -> None:
    rip_out(Entry.objects.filter(pk=sealed[7].pk))
    rip_out(Seal.objects.filter(entry_id=sealed[7].pk))
    assert found() == ["batch 2: 5 entries were sealed, 4 are there", "batch 2: its seal does not hold"]


def test_a_batch_that_is_gone_is_missed(sealed: list[Entry]) -> None:
    rip_out(Seal.objects.filter(batch=2))
    rip_out(SealedBatch.objects.filter(number=2))
    assert found()[0] == "batch 2: the batch is gone"


def test_two_entries_that_changed_places_are_noticed(sealed: list[Entry]) -> None:
    one, other = Seal.objects.filter(batch=1).order_by("place")[:2]
    macs = bytes(one.mac), bytes(other.mac)
    forge(Seal.objects.filter(pk=one.pk), mac=macs[1])
    forge(Seal.objects.filter(pk=other.pk), mac=macs[0])
    assert found()[0].endswith("the entry was altered")
    assert found()[-1] == "batch 1: its seal does not hold"


def test_a_forged_batch_does_not_hold_without_the_key(sealed: list[Entry]) -> None:
    forge(SealedBatch.objects.filter(number=1), count=4)
    assert "batch 1: 4 entries were sealed, 5 are there" in found()
    forge(SealedBatch.objects.filter(number=1), count=5, mac="0" * 64)
    assert "batch 1: its seal does not hold" in found()
    assert "batch 2: it does not follow the batch before" in found()


def test_a_seal_under_another_key_is_a_forgery(sealed: list[Entry], settings: Any) -> None:
    mine = settings.FIELD_KEYS
    with override_settings(FIELD_KEYS=(FieldKey(mine[-1].id, b"x" * 32),)):
        assert len(found()) == 15  # twelve entries, three batches


def test_an_end_that_was_cut_off_is_noticed_by_whoever_kept_the_head(sealed: list[Entry]) -> None:
    head = sealing.head()
    assert head is not None
    rip_out(Seal.objects.filter(batch=3))
    rip_out(SealedBatch.objects.filter(number=3))
    rip_out(Entry.objects.filter(pk__in=[entry.pk for entry in sealed[10:]]))
    assert found() == []
    assert found(expected=head) == ["batch 3: the end of the journal was cut off: this batch stood here once"]
    assert found(expected=Head(2, "0" * 64)) == ["batch 2: this is not the batch that stood here once"]


def test_an_entry_slipped_in_among_old_ones_is_noticed(sealed: list[Entry]) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=False):
        forged = write(1)
    assert str(forged[0].pk) in found()[0]


def test_a_second_sealer_at_the_same_time_does_no_harm(sealed: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)

    def meanwhile(*args: Any, **options: Any) -> int:
        raise IntegrityError("another was faster")

    monkeypatch.setattr(sealing, "_seal_one", meanwhile)
    with later(minutes=10):
        assert sealing.seal() == 0


def test_a_crash_half_way_seals_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    monkeypatch.setattr(Seal.objects, "bulk_create", lambda *args, **options: 1 / 0)
    with later(minutes=5), pytest.raises(ZeroDivisionError), transaction.atomic():
        sealing.seal()
    assert not SealedBatch.objects.exists()


def test_sql_cannot_alter_a_seal(sealed: list[Entry], request: pytest.FixtureRequest) -> None:
    if request.config.getvalue("nomigrations"):
        pytest.skip("the guard is made by a migration")
    for table in ("journal_seal", "journal_sealedbatch"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_sealedbatch SET count = 7")


def test_the_command_says_that_the_journal_is_whole_and_gives_the_head(sealed: list[Entry]) -> None:
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert "The journal is whole: 3 sealed batches, 0 finished entries" in out.getvalue()
    head = out.getvalue().split("Head ")[1].split()[0]
    call_command("verify_journal", head=head, stdout=StringIO())


def test_the_command_names_the_first_broken_entry(sealed: list[Entry]) -> None:
    forge(Entry.objects.filter(pk__in=[sealed[2].pk, sealed[8].pk]), by="user:U-9")
    errors = StringIO()
    with pytest.raises(CommandError, match="not as it was written"):
        call_command("verify_journal", stdout=StringIO(), stderr=errors)
    assert errors.getvalue().strip() == f"BROKEN batch 1, entry {sealed[2].pk}: the entry was altered"
    with pytest.raises(CommandError):
        call_command("verify_journal", "--all", stdout=StringIO(), stderr=errors)
    assert str(sealed[8].pk) in errors.getvalue()


@pytest.mark.parametrize("head", ["nonsense", "1:", "1:zz"])
def test_the_command_takes_no_nonsense_for_a_head(db: None, head: str) -> None:
    with pytest.raises(CommandError, match="NUMBER:MAC"):
        call_command("verify_journal", head=head)


def test_the_command_says_which_key_is_missing(sealed: list[Entry], settings: Any) -> None:
    with override_settings(FIELD_KEYS=(FieldKey("other", b"x" * 32),)), pytest.raises(CommandError, match="FIELD_KEYS"):
        call_command("verify_journal")


def test_ids_begin_with_the_moment_of_their_making() -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        made = ids.uuid7()
    assert sealing._first_id(now) <= made < sealing._first_id(now + timedelta(milliseconds=1))
    assert isinstance(made, UUID)

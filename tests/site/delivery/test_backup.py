"""A database that was put back from a backup sends nothing again: a person is asked first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from delivery import actions, backup, tasks
from delivery.models import Dispatch, Message
from tests.factories.delivery import audience, dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, hinted: list[str]) -> None:
    """Let each test be a process of its own."""
    monkeypatch.setattr(backup, "_looked", set())


@pytest.fixture
def under_way(house: Any) -> Dispatch:
    """Return a letter that was just started."""
    audience(5)
    return actions.start(dispatch=dispatch(), by=None)


def letters() -> list[Path]:
    """Return what left."""
    return list(Path(settings.OUTBOX_ROOT).glob("*.eml"))


def sent_and_put_back() -> None:
    """Send, and let the database be as it was before, while what left has left."""
    with transaction.atomic():
        tasks.send()
        assert not Message.objects.unfinished().exists()
        transaction.set_rollback(True)


def started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a new process on the same machine."""
    monkeypatch.setattr(backup, "_looked", set())


@pytest.mark.parametrize("task", [tasks.send, tasks.sweep])
def test_nothing_leaves_a_second_time_until_somebody_has_looked(
    under_way: Dispatch, monkeypatch: pytest.MonkeyPatch, task: Any
) -> None:
    sent_and_put_back()
    assert len(letters()) == 5
    for path in letters():
        path.unlink()
    started_again(monkeypatch)
    task()
    under_way.refresh_from_db()
    assert under_way.state == "attention"
    assert "older than the letters that left" in under_way.trouble
    assert letters() == []


def test_whoever_looked_may_let_it_go_on(under_way: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_and_put_back()
    started_again(monkeypatch)
    tasks.send()
    actions.resume(dispatch=Dispatch.objects.get(), by=None)
    started_again(monkeypatch)
    tasks.send()
    under_way.refresh_from_db()
    assert under_way.state == "finished"


def test_a_worker_that_starts_again_on_the_same_database_goes_on(
    under_way: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.send()
    audience_before = under_way.messages.count()
    second = actions.start(dispatch=dispatch("campaign:CA-NEXT"), by=None)
    started_again(monkeypatch)
    tasks.sweep()
    second.refresh_from_db()
    assert (second.state, second.messages.filter(state="accepted").count()) == ("finished", audience_before)


def test_a_machine_that_never_sent_asks_nobody(under_way: Dispatch) -> None:
    assert backup.look() == 0
    under_way.refresh_from_db()
    assert under_way.state == "running"


@pytest.mark.parametrize("said", ["", "yesterday", "2026-11-23T20:00:00", "\x00"])
def test_a_note_that_cannot_be_read_holds_nothing(under_way: Dispatch, said: str) -> None:
    root = Path(settings.SPOOL_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    (root / "settled").write_text(said)
    assert backup.look() == 0


def test_it_is_asked_once_in_a_process(under_way: Dispatch) -> None:
    Path(settings.SPOOL_ROOT).mkdir(parents=True, exist_ok=True)
    assert backup.look() == 0
    backup.note(timezone.now() + timedelta(hours=1))
    assert backup.look() == 0


def test_a_full_disk_stops_no_letter(under_way: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_text

    def full(path: Path, *args: Any, **more: Any) -> int:
        if path.name == "settled.new":
            raise OSError("No space left on device")
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "write_text", full)
    tasks.send()
    under_way.refresh_from_db()
    assert under_way.state == "finished"

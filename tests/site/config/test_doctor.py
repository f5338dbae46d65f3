"""The doctor names each fault with the command that mends it, and only then answers with 1."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from config import diagnosing, tasks
from config.diagnosing import Finding
from journal.models import Entry, Reaction
from journal.reacting import GIVE_UP_AFTER
from practice.models import Location, Practice

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def var(settings: Settings, tmp_path: Path) -> Path:
    """Return a folder of an installation's own, on the embedded broker."""
    settings.VAR = tmp_path
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.MAIL_URL = settings.BULK_MAIL_URL = "outbox://"
    return tmp_path


def faults(check: Any) -> list[Finding]:
    return [finding for finding in check() if not finding.is_well]


def test_waiting_migrations_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosing, "waiting_migrations", lambda: 3)
    [fault] = faults(diagnosing.database)
    assert fault == Finding("3 migrations are waiting.", "python manage.py migrate")


def test_no_practice_is_told_first_of_all() -> None:
    [fault] = list(diagnosing.practice())
    assert "set_up" in fault.mend
    assert "seed_demo" in fault.mend


def test_a_practice_without_people_or_pages_is_told(location: Location) -> None:
    said = " ".join(fault.text for fault in faults(diagnosing.practice))
    assert "Nobody of the staff can sign in" in said
    assert "no home page" in said


def test_a_practice_without_hours_is_told(practice: Practice) -> None:
    assert any("No opening hours" in fault.text for fault in faults(diagnosing.practice))


class TestTheWorker:
    """Whether one lives."""

    def test_none_ever_showed_itself(self, var: Path) -> None:
        [fault] = faults(diagnosing.worker)
        assert "make run" in fault.mend

    def test_it_shows_itself(self, var: Path) -> None:
        tasks.alive()
        assert not faults(diagnosing.worker)

    def test_it_has_not_been_seen_for_a_while(self, var: Path) -> None:
        tasks.alive()
        past = time.time() - 2 * diagnosing.ALIVE_FOR
        os.utime(var / tasks.ALIVE, (past, past))
        assert faults(diagnosing.worker)

    def test_a_broker_that_is_away_is_told_by_its_class_only(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(timeout: float) -> None:
            raise ConnectionError("redis://:secret@broker")

        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        monkeypatch.setattr(diagnosing.current_app.control, "ping", away)
        [fault] = faults(diagnosing.worker)
        assert "ConnectionError" in fault.text
        assert "secret" not in fault.text

    def test_a_real_broker_is_asked(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        monkeypatch.setattr(diagnosing.current_app.control, "ping", lambda timeout: [{"one": "pong"}])
        assert not faults(diagnosing.worker)


class TestNews:
    """Whether reactions wait."""

    @pytest.fixture
    def entry(self) -> Entry:
        return Entry.objects.create(verb="case.accepted", subject="case:JR-TEST", by="system:goodword")

    def test_none_waits(self) -> None:
        assert not faults(diagnosing.reactions)

    def test_a_late_one_is_told(self, entry: Entry) -> None:
        Reaction.objects.create(entry=entry, name="a", due_at=timezone.now() - timedelta(minutes=6))
        assert len(faults(diagnosing.reactions)) == 1

    def test_one_that_waits_its_minute_is_no_fault(self, entry: Entry) -> None:
        Reaction.objects.create(entry=entry, name="a", due_at=timezone.now() + timedelta(minutes=1))
        assert not faults(diagnosing.reactions)

    def test_one_that_was_given_up_is_told(self, entry: Entry) -> None:
        Reaction.objects.create(entry=entry, name="a", tries=GIVE_UP_AFTER)
        assert "rest" in faults(diagnosing.reactions)[0].text


class TestMail:
    """Whether messages wait."""

    def test_a_fresh_one_is_no_fault(self) -> None:
        self._message(timedelta(minutes=1))
        assert not faults(diagnosing.messages)

    def test_an_old_one_is_told(self) -> None:
        self._message(timedelta(minutes=6))
        assert "1 messages have waited" in faults(diagnosing.messages)[0].text

    def _message(self, age: timedelta) -> None:
        from delivery.models import Message

        Message.objects.create(
            purpose="transactional",
            occasion="a test",
            address="m@mail.example",
            address_hash="0" * 64,
            message_id="<1@mail.example>",
            queued_at=timezone.now() - age,
        )


@pytest.mark.parametrize(("mode", "is_well"), [(0o600, True), (0o640, False), (0o604, False)])
def test_keys_that_others_may_read_are_told(var: Path, mode: int, is_well: bool) -> None:
    folder = var / "keys"
    folder.mkdir(mode=0o700)
    (folder / "secret_key").touch()
    (folder / "secret_key").chmod(mode)
    found = faults(diagnosing.keys)
    assert (not found) is is_well
    assert is_well or "chmod" in found[0].mend


def test_debug_in_production_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(type(settings.ENV), "is_https", True)
    assert len(faults(diagnosing.debug)) == 1
    settings.DEBUG = False
    assert not faults(diagnosing.debug)


class TestDoors:
    """Each way out of the machine, and its agreement."""

    def test_mail_that_stays_needs_none(self, var: Path, settings: Settings) -> None:
        settings.BULK_MAIL_URL = "smtp://127.0.0.1:25"
        assert not faults(diagnosing.doors)

    def test_mail_that_leaves_needs_one(self, var: Path, settings: Settings) -> None:
        settings.MAIL_URL = "smtp://user:secret@mail.example.org:587"
        [fault] = faults(diagnosing.doors)
        assert "mail.example.org" in fault.text
        assert "secret" not in fault.text
        assert "--agree mail" in fault.mend

    def test_an_agreement_is_kept_with_its_date(self, var: Path, settings: Settings, capsys: Any) -> None:
        settings.MAIL_URL = "smtp://mail.example.org:587"
        with pytest.raises(SystemExit):
            call_command("doctor", agree="mail", note="BAA of January")
        assert not faults(diagnosing.doors)
        entry = Entry.objects.get(verb=diagnosing.AGREED)
        assert (entry.subject, entry.particulars) == ("door:mail", {"note": "BAA of January"})
        assert f"{timezone.now():%Y-%m-%d} (BAA of January)" in " ".join(one.text for one in diagnosing.doors())

    def test_an_agreement_without_a_word_is_refused(self, var: Path) -> None:
        with pytest.raises(CommandError, match="--note"):
            call_command("doctor", agree="mail")
        assert not Entry.objects.filter(verb=diagnosing.AGREED).exists()


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise DatabaseError("no such table: practice_practice")
        yield

    monkeypatch.setattr(diagnosing, "CHECKS", (broken, diagnosing.debug, lambda: iter([Finding("fine")])))
    assert diagnosing.examine() == [
        Finding("Cannot look at broken (DatabaseError).", "python manage.py migrate"),
        Finding("fine"),
    ]


@pytest.mark.parametrize(("finding", "code"), [(Finding("fine"), 0), (Finding("broken", "mend it"), 1)])
def test_the_exit_code_says_whether_something_must_be_mended(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, finding: Finding, code: int
) -> None:
    monkeypatch.setattr(diagnosing, "examine", lambda: [finding])
    if code:
        with pytest.raises(SystemExit) as left:
            call_command("doctor")
        assert left.value.code == code
        assert "→ mend it" in capsys.readouterr().out
    else:
        call_command("doctor")
        assert "All is well" in capsys.readouterr().out

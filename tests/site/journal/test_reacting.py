"""News: after commit, at least once, one row per entry and reaction, each isolated from its neighbours."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from journal import reacting, tasks
from journal.models import Entry, Reaction
from journal.reacting import on, run_due
from journal.recording import record

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with nobody listening."""
    monkeypatch.setattr(reacting, "_handlers", defaultdict(dict))


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what is told to the worker."""
    told: list[Any] = []
    monkeypatch.setattr(tasks.react, "apply_async", lambda args, **options: told.append(args[0]))
    return told


def happen(verb: str = "case.accepted") -> Entry:
    return record(verb, subject="case:JR-7K2M", by=None)


def test_nobody_listens_so_nothing_is_planned(hints: list[Any]) -> None:
    happen()
    assert not Reaction.objects.exists()
    assert run_due() == 0


def test_a_reaction_runs_once_with_its_entry(hints: list[Any]) -> None:
    seen: list[Entry] = []

    @on("case.accepted")
    def tell(entry: Entry) -> None:
        seen.append(entry)

    entry = happen()
    assert run_due() == 1
    assert run_due() == 0
    assert seen == [entry]
    assert Reaction.objects.get().done_at is not None


def test_one_function_may_listen_to_several_verbs(hints: list[Any]) -> None:
    seen: list[str] = []

    @on("case.accepted", "case.declined")
    def tell(entry: Entry) -> None:
        seen.append(entry.verb)

    happen("case.accepted")
    happen("case.declined")
    happen("case.viewed")
    run_due()
    assert sorted(seen) == ["case.accepted", "case.declined"]


def test_there_is_one_row_per_entry_and_reaction(hints: list[Any]) -> None:
    on("case.accepted")(lambda entry: None)
    entry = happen()
    name = Reaction.objects.get().name
    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(entry=entry, name=name)


def test_the_worker_is_told_only_after_commit(
    hints: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    on("case.accepted")(lambda entry: None)
    with django_capture_on_commit_callbacks(execute=True):
        entry = happen()
        assert hints == []
    assert hints == [str(entry.pk)]


def test_the_hint_carries_a_reference_and_no_more(
    hints: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    on("case.accepted")(lambda entry: None)
    with django_capture_on_commit_callbacks(execute=True):
        record("case.accepted", subject="case:JR-7K2M", by=None, about="patient:PT-1", reason="words")
    assert len(hints[0]) == len("01890000-0000-7000-8000-000000000000")


def test_a_rolled_back_change_leaves_no_news(hints: list[Any]) -> None:
    on("case.accepted")(lambda entry: None)

    def go_half_way() -> None:
        with transaction.atomic():
            happen()
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        go_half_way()
    assert not Reaction.objects.exists()
    assert hints == []


def test_a_broker_that_is_away_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    seen: list[Entry] = []
    on("case.accepted")(seen.append)

    def away(*args: Any, **options: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.react, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        entry = happen()
    tasks.sweep()
    assert seen == [entry]


def test_a_failing_reaction_harms_no_neighbour(hints: list[Any]) -> None:
    seen: list[Entry] = []

    @on("case.accepted")
    def fail(entry: Entry) -> None:
        raise ValueError("Margaret's number is 360-555-0101")

    @on("case.accepted")
    def succeed(entry: Entry) -> None:
        seen.append(entry)

    happen()
    assert run_due() == 1
    assert len(seen) == 1
    failed = Reaction.objects.get(done_at__isnull=True)
    assert (failed.tries, failed.trouble) == (1, "ValueError")


def test_what_a_failing_reaction_wrote_is_taken_back(hints: list[Any]) -> None:
    @on("case.accepted")
    def half(entry: Entry) -> None:
        record("mail.sent", subject="message:MS-1", by=None)
        raise RuntimeError("killed in the middle")

    happen()
    run_due()
    assert not Entry.objects.filter(verb="mail.sent").exists()


def test_it_is_tried_again_with_back_off_and_then_rests(hints: list[Any]) -> None:
    tries: list[datetime] = []

    @on("case.accepted")
    def fail(entry: Entry) -> None:
        tries.append(datetime.now(UTC))
        raise ValueError

    with time_machine.travel(NOW, tick=False) as clock:
        happen()
        for _ in range(40):
            run_due()
            clock.shift(timedelta(hours=1, seconds=1))
    assert len(tries) == reacting.GIVE_UP_AFTER
    assert Reaction.objects.get().tries == reacting.GIVE_UP_AFTER


def test_the_waits_double_up_to_an_hour(hints: list[Any]) -> None:
    @on("case.accepted")
    def fail(entry: Entry) -> None:
        raise ValueError

    waits: list[timedelta] = []
    with time_machine.travel(NOW, tick=False) as clock:
        happen()
        for _ in range(reacting.GIVE_UP_AFTER):
            run_due()
            due = Reaction.objects.get().due_at
            waits.append(due - datetime.now(UTC))
            assert run_due() == 0
            clock.move_to(due)
    assert waits[:4] == [timedelta(seconds=2**n) for n in range(1, 5)]
    assert max(waits) == timedelta(hours=1)


def test_it_recovers_when_what_it_needs_is_back(hints: list[Any]) -> None:
    troubles = [ValueError(), ValueError()]

    @on("case.accepted")
    def fail_twice(entry: Entry) -> None:
        if troubles:
            raise troubles.pop()

    with time_machine.travel(NOW, tick=False) as clock:
        happen()
        for _ in range(3):
            run_due()
            clock.shift(timedelta(minutes=1))
    reaction = Reaction.objects.get()
    assert (reaction.tries, reaction.trouble) == (2, "")
    assert reaction.done_at is not None


def test_a_reaction_can_wait_so_that_an_undo_takes_it_back(hints: list[Any]) -> None:
    seen: list[Entry] = []
    on("case.accepted", after=timedelta(seconds=60))(seen.append)
    with time_machine.travel(NOW, tick=False) as clock:
        happen()
        assert run_due() == 0
        clock.shift(timedelta(seconds=60))
        assert run_due() == 1
    assert len(seen) == 1
    assert hints == []


def test_one_entrys_reactions_can_be_run_alone(hints: list[Any]) -> None:
    seen: list[Entry] = []
    on("case.accepted")(seen.append)
    first, second = happen(), happen()
    tasks.react(str(second.pk))
    assert seen == [second]
    tasks.sweep()
    assert seen == [second, first]


def test_the_sweep_goes_on_while_there_is_work(hints: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([500, 500, 3])
    asked: list[int] = []
    monkeypatch.setattr(reacting, "run_due", lambda: asked.append(1) or next(answers))
    tasks.sweep()
    assert len(asked) == 3


def test_a_reaction_that_this_code_does_not_know_waits_for_a_worker_that_does(hints: list[Any]) -> None:
    seen: list[Entry] = []
    with time_machine.travel(NOW, tick=False) as clock:
        waiting = Reaction.objects.create(entry=happen(), name=f"{__name__}.newer")
        assert run_due() == 0
        waiting.refresh_from_db()
        assert (waiting.trouble, waiting.done_at) == ("Unknown", None)

        def newer(entry: Entry) -> None:
            seen.append(entry)

        newer.__qualname__ = "newer"
        on("case.accepted")(newer)
        clock.shift(timedelta(seconds=2))
        assert run_due() == 1
    assert len(seen) == 1


def test_a_failure_does_not_touch_what_another_worker_has_done_meanwhile(
    hints: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    @on("case.accepted")
    def fail(entry: Entry) -> None:
        raise ValueError

    happen()
    reaction = Reaction.objects.get()

    def done_elsewhere(*args: Any, **more: Any) -> None:
        Reaction.objects.filter(pk=reaction.pk).update(done_at=NOW)

    monkeypatch.setattr(reacting, "log", SimpleNamespace(exception=done_elsewhere))
    assert run_due() == 0
    reaction.refresh_from_db()
    assert (reaction.tries, reaction.done_at) == (0, NOW)


def test_a_limit_bounds_one_run(hints: list[Any]) -> None:
    on("case.accepted")(lambda entry: None)
    for _ in range(5):
        happen()
    assert [run_due(limit=3), run_due(limit=3)] == [3, 2]

"""Many are frozen in slices: a crash, a pause, a cancel or a change between two of them loses and doubles nobody."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import UUIDField, Value

from delivery import actions, audiences, freezing, outbox, points, sending, staging, tasks
from delivery.audiences import Asked
from delivery.models import Dispatch, Freezing, Message
from delivery.points import Point
from journal.models import Entry
from patients.models import ContactPoint, Reader
from tests.factories import delivery as make
from vault.inserting import RisingIds

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PEOPLE, FIRST = 40, 5
ASKED = 3  # pieces until the slices are cut: themselves, children through their adults, and the cutting


class Killed(BaseException):
    """The process is gone: nothing of it catches this."""


@pytest.fixture
def crowd(house: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make.crowd(PEOPLE)
    monkeypatch.setattr(freezing, "FIRST", FIRST)
    monkeypatch.setattr(freezing, "SLICE", 10)
    audiences.answer("sliced", lambda _dispatch: Asked(Reader.objects.all()))
    yield
    audiences.answer("sliced", unasked)


def unasked(_dispatch: Dispatch) -> Asked:
    raise audiences.Unasked("Nobody asks for this any more.")


def begun(occasion: str = "sliced:one") -> Dispatch:
    return actions.start(dispatch=make.dispatch(occasion), by=None)


def pieces(number: int) -> list[bool]:
    return [freezing.go_on() for _ in range(number)]


def verbs(dispatch: Dispatch) -> list[str]:
    told = Entry.objects.filter(subject=f"dispatch:{dispatch.ref}").order_by("at", "id")
    return [entry.verb.removeprefix("dispatch.") for entry in told]


def everybody_once(dispatch: Dispatch) -> None:
    rows = list(dispatch.messages.values_list("reader", "address_hash"))
    assert {reader for reader, _address in rows} == set(Reader.objects.values_list("pk", flat=True))
    assert len(rows) == len({address for _reader, address in rows}) == PEOPLE
    dispatch.refresh_from_db()
    assert (dispatch.letters, dispatch.state) == (PEOPLE, "running")
    assert not Freezing.objects.exists()
    assert not staging.stands(dispatch.pk)


def test_letters_leave_before_everybody_is_collected(crowd: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = begun()
    assert (sent.state, sent.frozen_at, sent.letters) == ("freezing", None, FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(freezing, "go_on", lambda: False)
        assert sending.work() == FIRST
    sent.refresh_from_db()
    assert (sent.state, sent.ended_at) == ("freezing", None)
    assert sending.work() == PEOPLE - FIRST
    sent.refresh_from_db()
    assert (sent.state, sent.letters, len(outbox.read(limit=100))) == ("finished", PEOPLE, PEOPLE)
    assert verbs(sent) == ["opened", "started", "frozen", "finished"]
    assert Entry.objects.get(verb="dispatch.frozen").particulars == {"messages": PEOPLE}


def test_a_small_practice_is_frozen_with_the_click(house: Any) -> None:
    make.audience(3)
    sent = begun()
    assert (sent.state, sent.letters) == ("running", 3)
    assert not Freezing.objects.exists()


@pytest.mark.parametrize("nth", range(6))
def test_a_crash_at_any_piece_leaves_the_rest_to_the_next_worker(crowd: None, nth: int) -> None:
    sent, seen = begun(), Counter[Point]()

    def die(point: Point) -> None:
        seen[point] += 1
        if seen[Point.FREEZING] == nth + 1:
            raise Killed

    points.watch(die)
    try:
        while freezing.go_on():
            pass
    except Killed:
        pass
    finally:
        points.watch(points._nobody)
    while freezing.go_on():
        pass
    everybody_once(sent)


@pytest.mark.parametrize("done", [0, 1, 2, ASKED, ASKED + 1, ASKED + 3])
@pytest.mark.parametrize("lose", [lambda table: table.objects.all().delete(), staging.take_away])
def test_a_table_that_the_database_lost_is_asked_again(crowd: None, done: int, lose: Callable[[Any], Any]) -> None:
    sent = begun()
    assert all(pieces(done))
    lose(staging.standing(sent.pk))
    freezing.freeze_all(sent)
    everybody_once(sent)


def test_a_pause_holds_letters_and_not_who_gets_them(crowd: None) -> None:
    sent = begun()
    actions.pause(dispatch=sent, by=None)
    assert sending.work() == 0
    sent.refresh_from_db()
    assert (sent.state, sent.letters) == ("paused", PEOPLE)
    assert sent.frozen_at is not None
    actions.resume(dispatch=sent, by=None)
    everybody_once(sent)


@pytest.mark.parametrize("done", range(ASKED + 3))
def test_a_cancel_while_they_are_collected_ends_it_for_all(crowd: None, done: int) -> None:
    sent = begun()
    pieces(done)
    actions.cancel(dispatch=sent, by=None)
    assert not freezing.go_on()
    tasks.sweep()
    assert set(sent.messages.values_list("state", "reason")) == {("skipped", "cancelled")}
    assert not Freezing.objects.exists()
    assert not staging.stands(sent.pk)


def test_a_slice_that_is_written_while_somebody_cancels_goes_back(crowd: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = begun()
    assert all(pieces(ASKED + 1))
    before = sent.messages.count()
    monkeypatch.setattr(freezing, "_locked", lambda rows: rows)
    monkeypatch.setattr(freezing, "COLLECTED", ["cancelled"])  # as a worker that looked before the cancel
    actions.cancel(dispatch=sent, by=None)
    assert not freezing.go_on()
    assert sent.messages.count() == before


def test_who_takes_another_address_between_two_slices_gets_one_letter(crowd: None) -> None:
    sent = begun()
    moved = sent.messages.order_by("address_hash")[0]
    last = ContactPoint.objects.order_by("-address_hash")[0]
    ContactPoint.objects.filter(pk=last.pk).delete()
    ContactPoint.objects.filter(reader=moved.reader).update(address=last.address, address_hash=last.address_hash)
    freezing.freeze_all(sent)
    assert list(sent.messages.filter(reader=moved.reader)) == [moved]
    assert sent.letters == sent.messages.count() == PEOPLE - 1


def test_who_moves_in_with_others_between_two_slices_costs_them_no_letter(crowd: None) -> None:
    sent = begun()
    moved = sent.messages.order_by("address_hash")[0]
    home = ContactPoint.objects.order_by("-address_hash")[0]
    ContactPoint.objects.filter(reader=moved.reader).update(address=home.address, address_hash=home.address_hash)
    freezing.freeze_all(sent)
    assert list(sent.messages.filter(reader=moved.reader)) == [moved]
    assert list(sent.messages.filter(address=home.address).values_list("reader", "also")) == [(home.reader_id, [])]
    assert sent.letters == sent.messages.count() == PEOPLE


def test_who_leaves_a_shared_mailbox_between_two_slices_gets_no_second_letter(crowd: None) -> None:
    shared, other = ContactPoint.objects.order_by("address_hash")[:2]
    ContactPoint.objects.filter(pk=other.pk).update(address=shared.address, address_hash=shared.address_hash)
    sent = begun()
    row = sent.messages.exclude(also=[]).get()
    assert {row.reader_id, *row.also} == {shared.reader_id, other.reader_id}
    for reader in (shared.reader, other.reader):
        address = f"zz{reader.pk}@readers.example"
        ContactPoint.objects.filter(reader=reader).update(address=address, address_hash=f"{reader.pk:f>64}")
    freezing.freeze_all(sent)
    assert sent.messages.filter(reader__in=[shared.reader, other.reader]).get() == row
    assert sent.letters == sent.messages.count() == PEOPLE - 1


def test_rows_whose_ids_collide_are_never_passed_over_in_silence(crowd: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = begun()
    assert all(pieces(ASKED))
    before = sent.messages.count()
    with monkeypatch.context() as patch:
        patch.setattr(RisingIds, "each", lambda ids: Value(ids.ends[0], output_field=UUIDField()))
        assert not freezing.go_on()
    sent.refresh_from_db()
    assert (sent.state, sent.letters, sent.messages.count()) == ("attention", before, before)
    assert "Dropped" in sent.trouble
    actions.resume(dispatch=sent, by=None)
    freezing.freeze_all(sent)
    everybody_once(sent)


def test_who_is_erased_between_two_slices_gets_nothing_and_is_forgotten(crowd: None) -> None:
    gone = Reader.objects.create(given_name="Ira", kind=Reader.Kind.SUBSCRIBER)
    address = "ira@readers.example"
    ContactPoint.objects.create(reader=gone, channel="email", address=address)
    ContactPoint.objects.filter(reader=gone).update(address_hash="f" * 64)  # the last of all
    sent = begun()
    assert all(pieces(ASKED))
    gone.delete()
    sending.work()
    sent.refresh_from_db()
    assert sent.state == "finished"
    assert Message.objects.get(reason="erased").reader_id is None
    assert not Message.objects.filter(address=address).exists()


def test_whom_nobody_can_ask_for_any_more_is_a_trouble_that_somebody_must_see(crowd: None) -> None:
    sent = begun()
    audiences.answer("sliced", unasked)
    assert not freezing.go_on()
    sent.refresh_from_db()
    assert (sent.state, sent.letters) == ("attention", FIRST)
    assert "could be collected" in sent.trouble
    assert not freezing.go_on()


def test_a_kind_that_nobody_answers_for_is_said_so(crowd: None) -> None:
    with pytest.raises(audiences.Unasked, match="nobody"):
        audiences.of(make.dispatch("nobody:knows"))


def test_nobody_at_all_among_many_needs_a_look(crowd: None) -> None:
    audiences.answer("sliced", lambda _dispatch: Asked(Reader.objects.none()))
    sent = actions.start(dispatch=make.dispatch("sliced:none", readers=Reader.objects.none()), by=None)
    while freezing.go_on():
        pass
    sent.refresh_from_db()
    assert (sent.state, sent.trouble) == ("attention", "Nobody would get it.")


def test_a_table_without_a_dispatch_is_swept(crowd: None) -> None:
    sent = begun()
    assert all(pieces(ASKED))
    Freezing.objects.all().delete()
    assert staging.stands(sent.pk)
    freezing.clear()
    assert not staging.stands(sent.pk)
    assert connection.introspection.table_names()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_workers_side_by_side_write_everybody_once(crowd: None) -> None:
    sent = begun()

    def work() -> None:
        try:
            while Freezing.objects.filter(dispatch=sent).exists():
                freezing.go_on()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everybody_once(sent)

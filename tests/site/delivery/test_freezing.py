"""An audience is frozen whole or not at all: a crash half-way leaves nothing, and the same send again freezes once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from delivery import actions, freezing, sending
from delivery.envelope import Letter
from delivery.models import Dispatch, Message
from delivery.states import DispatchState, MessageState
from patients.models import ContactPoint, Purpose, Reader
from tests.factories.delivery import audience, dispatch, shared_mailbox
from tests.factories.patients import letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LETTER = Letter(subject="Hello", html="<p>Hello</p>", text="Hello", sender_name="Juniper Row Dental")


def frozen() -> Dispatch:
    return actions.open_dispatch(
        occasion="campaign:CA-TEST", purpose=Purpose.OWN_SERVICES, readers=Reader.objects.all(), letter=LETTER, by=None
    )


@pytest.fixture
def crowd(location: Any) -> list[Reader]:
    return [letter_reader() for _ in range(8)]


def test_a_crash_half_way_leaves_nothing_and_the_next_try_everybody(
    crowd: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    ContactPoint.objects.filter(reader__in=crowd[:2]).update(address="ours@readers.example", address_hash="0" * 64)
    whole = freezing.insert_found
    with monkeypatch.context() as patch:

        def cut(*args: Any, **values: Any) -> int:
            whole(*args, **values)
            assert Message.objects.count() == 7
            raise ConnectionError("the machine went away")

        patch.setattr(freezing, "insert_found", cut)
        with pytest.raises(ConnectionError):
            frozen()
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()
    assert names(frozen()) == {(crowd[0].pk, crowd[1].pk), *((reader.pk,) for reader in crowd[2:])}


@pytest.mark.parametrize("who", ["reader", "address"])
def test_the_database_refuses_a_second_row_for_one_reader_and_for_one_address(who: str, crowd: list[Reader]) -> None:
    row = frozen().messages.order_by("pk").first()
    assert row
    same = {"reader": row.reader} if who == "reader" else {"address_hash": row.address_hash}
    other = {"reader": None, "address_hash": "1" * 64} | same
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(dispatch=row.dispatch, purpose=row.purpose, address="new@readers.example", **other)


def test_who_was_deleted_while_it_was_frozen_gets_nothing_and_is_forgotten(crowd: list[Reader]) -> None:
    dispatch = frozen()
    row = dispatch.messages.get(reader=crowd[0])
    nobody = crowd[-1].pk + 1000
    Message.objects.filter(pk=row.pk).update(reader_id=nobody)  # as an undone import leaves a row that it did not see
    actions.start(dispatch=dispatch, by=None)
    sending.work()
    row.refresh_from_db()
    assert (row.state, row.reason) == (MessageState.SKIPPED, "erased")
    assert (row.reader_id, row.address) == (None, "")
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.FINISHED
    assert dispatch.messages.exclude(pk=row.pk).filter(state=MessageState.ACCEPTED, reader__isnull=False).count() == 7


def names(dispatch: Dispatch) -> set[tuple[int, ...]]:
    return {tuple(message.reader_ids) for message in dispatch.messages.all()}


def test_the_same_send_again_freezes_nobody_anew(crowd: list[Reader]) -> None:
    first = frozen()
    letter_reader()
    assert frozen() == first
    assert first.messages.count() == len(crowd)
    assert len(set(first.messages.values_list("message_id", flat=True))) == len(crowd)


@pytest.mark.parametrize("homes", [1, 3, 9])
def test_many_shared_mailboxes_cost_nobody_else_a_letter(house: Any, homes: int) -> None:
    people = audience(40)
    for home in range(homes):
        shared_mailbox(*people[2 * home : 2 * home + 2], address=f"home{home}@readers.example")
    opened = dispatch()
    assert opened.letters == opened.messages.count() == 40 - homes

"""An audience is frozen whole or not at all: a crash half-way leaves nothing, and the same send again freezes once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from delivery import actions, freezing
from delivery.envelope import Letter
from delivery.models import Dispatch, Message
from patients.models import ContactPoint, Purpose, Reader
from tests.factories.patients import letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LETTER = Letter(subject="Hello", html="<p>Hello</p>", text="Hello", sender_name="Juniper Row Dental")


def frozen() -> Dispatch:
    return actions.open_dispatch(
        occasion="campaign:CA-TEST", purpose=Purpose.OWN_SERVICES, readers=Reader.objects.all(), letter=LETTER, by=None
    )


@pytest.fixture
def crowd(location: Any, monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    monkeypatch.setattr(freezing, "SLICE", 3)
    return [letter_reader() for _ in range(8)]


def test_a_crash_half_way_leaves_nothing_and_the_next_try_everybody(
    crowd: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    ContactPoint.objects.filter(reader__in=crowd[:2]).update(address="ours@readers.example", address_hash="0" * 64)
    with monkeypatch.context() as patch:

        def cut(*_args: Any, **_values: Any) -> int:
            assert Message.objects.count() == 1
            raise ConnectionError("the machine went away")

        patch.setattr(freezing, "insert_found", cut)
        with pytest.raises(ConnectionError):
            frozen()
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()
    assert names(frozen()) == {(crowd[0].pk, crowd[1].pk), *((reader.pk,) for reader in crowd[2:])}


def test_who_begins_to_share_a_mailbox_meanwhile_is_asked_again_and_gets_one_letter(
    crowd: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, times = freezing.insert_found, []

    def late(*args: Any, **values: Any) -> int:
        times.append(1)
        if len(times) == 1:
            point = ContactPoint.objects.get(reader=crowd[0])
            Message.objects.create(
                dispatch=values_of(values), reader=None, purpose="own_services", address_hash=point.address_hash
            )
        return whole(*args, **values)

    def values_of(values: dict[str, Any]) -> Dispatch:
        return Dispatch.objects.get(pk=values["dispatch"])

    monkeypatch.setattr(freezing, "insert_found", late)
    assert names(frozen()) == {(reader.pk,) for reader in crowd}
    assert len(times) == 2


def test_what_is_refused_every_time_is_not_tried_for_ever(crowd: list[Reader], monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refused(*_args: Any, **_values: Any) -> int:
        tries.append(1)
        raise IntegrityError("twice")

    monkeypatch.setattr(freezing, "insert_found", refused)
    with pytest.raises(IntegrityError):
        frozen()
    assert len(tries) == freezing.TRIES
    assert not Message.objects.exists()


def names(dispatch: Dispatch) -> set[tuple[int, ...]]:
    return {tuple(message.reader_ids) for message in dispatch.messages.all()}


def test_the_same_send_again_freezes_nobody_anew(crowd: list[Reader]) -> None:
    first = frozen()
    letter_reader()
    assert frozen() == first
    assert first.messages.count() == len(crowd)
    assert len(set(first.messages.values_list("message_id", flat=True))) == len(crowd)

"""An audience is frozen whole or not at all: a crash half-way leaves nothing, and the same send again freezes once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from delivery import actions, ledger
from delivery.envelope import Letter
from delivery.models import Dispatch, Message
from patients.models import Purpose, Reader
from tests.factories.patients import letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LETTER = Letter(subject="Hello", html="<p>Hello</p>", text="Hello", sender_name="Juniper Row Dental")


def frozen() -> Dispatch:
    return actions.open_dispatch(
        occasion="campaign:CA-TEST", purpose=Purpose.OWN_SERVICES, readers=Reader.objects.all(), letter=LETTER, by=None
    )


@pytest.fixture
def crowd(location: Any, monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    monkeypatch.setattr(ledger, "SLICE", 3)
    return [letter_reader() for _ in range(8)]


def test_a_crash_half_way_leaves_nothing_and_the_next_try_everybody(
    crowd: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ledger._rows

    def cut(*args: Any) -> Iterator[Message]:
        for place, row in enumerate(whole(*args)):
            if place == 5:
                raise ConnectionError("the machine went away")
            yield row

    monkeypatch.setattr(ledger, "_rows", cut)
    with pytest.raises(ConnectionError):
        frozen()
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()
    monkeypatch.setattr(ledger, "_rows", whole)
    assert set(frozen().messages.values_list("reader", flat=True)) == {reader.pk for reader in crowd}


def test_the_same_send_again_freezes_nobody_anew(crowd: list[Reader]) -> None:
    first = frozen()
    letter_reader()
    assert frozen() == first
    assert first.messages.count() == len(crowd)
    assert len(set(first.messages.values_list("message_id", flat=True))) == len(crowd)

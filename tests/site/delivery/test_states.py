"""The tables of states: closed, and kept by the database."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from delivery import states
from delivery.models import Dispatch, Message
from delivery.states import DISPATCH_TRANSITIONS, MESSAGE_TRANSITIONS, DispatchState, MessageState
from tests.factories.delivery import audience, dispatch


@pytest.mark.parametrize(
    ("table", "values"), [(DISPATCH_TRANSITIONS, DispatchState.values), (MESSAGE_TRANSITIONS, MessageState.values)]
)
def test_every_line_names_known_states_and_an_action_has_one_end(table, values):
    ends: dict[str, set[str]] = {}
    for line in table:
        assert {line.state, line.next_state} <= set(values)
        ends.setdefault(line.action, set()).add(line.next_state)
    assert all(len(found) == 1 for found in ends.values())
    assert len({(line.state, line.action) for line in table}) == len(table)


def test_every_state_can_be_reached_from_the_first():
    for table, first, values in (
        (DISPATCH_TRANSITIONS, "ready", DispatchState.values),
        (MESSAGE_TRANSITIONS, "queued", MessageState.values),
    ):
        reached, before = {first}, set()
        while reached != before:
            before = set(reached)
            reached |= {line.next_state for line in table if line.state in reached}
        assert reached == set(values)


def test_what_is_over_stays_over():
    assert not any(states.can_become(MESSAGE_TRANSITIONS, "accepted", state) for state in MessageState.values)
    (once_more,) = [line for line in MESSAGE_TRANSITIONS if line.state == "failed"]
    assert (once_more.action, once_more.next_state, once_more.who) == ("send_again", "queued", "sender")
    back = [line for line in MESSAGE_TRANSITIONS if line.state == "skipped"]
    assert {(one.action, one.next_state, one.who) for one in back} == {
        ("put_back", "queued", "system"),
        ("send_rest", "queued", "sender"),
    }
    (rest,) = [line for line in DISPATCH_TRANSITIONS if line.state == "cancelled"]
    assert (rest.action, rest.next_state, rest.who) == ("send_rest", "running", "sender")
    (again,) = [line for line in DISPATCH_TRANSITIONS if line.state == "finished"]
    assert (again.action, again.who) == ("reopen", "system")
    assert states.can_become(MESSAGE_TRANSITIONS, "queued", "claimed")


def test_an_unknown_action_has_no_end():
    with pytest.raises(KeyError):
        states.target(MESSAGE_TRANSITIONS, "fly")


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize(
    "impossible",
    [
        {"state": "elsewhere"},
        {"state": "accepted"},
        {"state": "accepted", "next_try_at": None},
        {"state": "queued", "next_try_at": None},
        {"state": "claimed", "next_try_at": None},
        {"settled_at": timezone.now()},
        {"state": "failed", "next_try_at": None, "settled_at": timezone.now(), "reason": ""},
        {"occasion": "both"},
        {"dispatch": None},
    ],
)
def test_the_database_refuses_a_message_that_cannot_be(house, impossible):
    audience(1)
    dispatch()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(**impossible)


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize(
    "impossible",
    [
        {"state": "gone"},
        {"state": "running"},
        {"state": "cancelled"},
        {"ended_at": timezone.now()},
        {"state": "running", "started_at": timezone.now(), "frozen_at": None},
        {"state": "finished", "started_at": timezone.now(), "frozen_at": None, "ended_at": timezone.now()},
        {"state": "attention", "started_at": timezone.now()},
        {"trouble": "It is not held."},
    ],
)
def test_the_database_refuses_a_dispatch_that_cannot_be(house, impossible):
    dispatch()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.update(**impossible)


@pytest.mark.both
@pytest.mark.django_db
def test_the_database_keeps_a_recipient_single(house):
    audience(2)
    letter = dispatch()
    one, two = letter.messages.all()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=two.pk).update(address_hash=one.address_hash)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=two.pk).update(reader=one.reader)

"""A worker that stopped at any point: what it held is settled, waits again, or is honestly unknown."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery import actions, ledger, sending, spool
from delivery.channels.base import ChannelDown
from delivery.channels.smtp import Smtp
from delivery.ledger import Settlement
from delivery.models import Lease, Message
from delivery.recovery import NOBODY_KNOWS, recover
from delivery.sink import HANG_UP, Sink
from delivery.spool import Spool
from delivery.states import MessageState
from journal.models import Entry
from tests.factories.delivery import audience, crowd, dispatch
from vault import ids

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@pytest.fixture
def letter(house):
    audience(5)
    return actions.start(dispatch=dispatch(), by=None)


def states():
    return Counter(Message.objects.values_list("state", flat=True))


def dies_at(monkeypatch, moment, number):
    """Let the worker die with its n-th message: before it is noted that it leaves, after that, or after the answer."""
    intend, answer, calls = Spool.intend, Spool.answer, Counter()

    def intend_or_die(self, key):
        calls["intended"] += 1
        if calls["intended"] == number and moment == "before":
            raise Killed
        intend(self, key)
        if calls["intended"] == number and moment == "while":
            raise Killed

    def answer_or_die(self, key, result):
        calls["answered"] += 1
        if calls["answered"] == number and moment == "after":
            raise Killed
        answer(self, key, result)

    monkeypatch.setattr(Spool, "intend", intend_or_die)
    monkeypatch.setattr(Spool, "answer", answer_or_die)
    monkeypatch.setattr(sending, "CHECKPOINT_SECONDS", 60.0)  # it dies before it settles, on a slow machine too
    return calls


@pytest.mark.parametrize(
    ("moment", "after", "arrived"),
    [
        ("before", {"queued": 5}, 2),
        ("while", {"queued": 4, "unknown": 1}, 2),
        ("after", {"queued": 4, "unknown": 1}, 3),
    ],
)
def test_over_smtp_only_the_message_that_was_leaving_is_unknown(letter, settings, monkeypatch, moment, after, arrived):
    with Sink() as sink, monkeypatch.context() as patch:
        settings.BULK_MAIL_URL = sink.url
        dies_at(patch, moment, 3)
        with pytest.raises(Killed):
            sending.work()
        assert states() == {"claimed": 5}
        assert len(sink.received) == arrived
        recover()
        # what was answered is in the spool: the first two are settled
        settled = Counter(after)
        settled["queued"] -= 2
        assert states() == settled + Counter({"accepted": 2})
        assert not Lease.objects.exists()
        patch.undo()
        sending.work()
        assert (
            states()
            == Counter({"accepted": 5 - after.get("unknown", 0), "unknown": after.get("unknown", 0)}) + Counter()
        )
        assert max(Counter(taken.message_id for taken in sink.received).values()) == 1
        letter.refresh_from_db()
        assert letter.state == "finished"
    for message in Message.objects.filter(state="unknown"):
        assert message.reason == NOBODY_KNOWS
        assert message.settled_at is not None


@pytest.mark.parametrize("moment", ["before", "while", "after"])
def test_in_the_outbox_a_repeat_is_harmless(letter, own_folders, monkeypatch, moment):
    with monkeypatch.context() as patch:
        dies_at(patch, moment, 3)
        with pytest.raises(Killed):
            sending.work()
    recover()
    sending.work()
    assert states() == {"accepted": 5}
    assert len(list((own_folders / "outbox").iterdir())) == 5


def test_a_living_worker_is_left_alone(letter):
    lease_id = ids.uuid7()
    living = spool.Spool(lease_id, is_repeatable=False)
    ledger.claim(letter, lease_id=lease_id, worker="living")
    assert recover() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert recover() == 0
    assert states() == {"claimed": 5}
    living.close()
    assert recover() == 5
    assert states() == {"queued": 5}


def elsewhere_claims(letter):
    """Let a worker on another machine, whose spool is not here, claim what is due."""
    lease, messages = ledger.claim(letter, lease_id=ids.uuid7(), worker="elsewhere:1")
    return lease, messages


def test_another_machine_is_given_lease_and_grace_before_its_rows_are_taken(letter):
    elsewhere_claims(letter)
    with time_machine.travel(timezone.now() + ledger.LEASE + timedelta(seconds=30)):
        assert recover() == 0
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
        assert recover() == 5
        assert recover() == 0
    assert states() == {"unknown": 5}


def test_of_another_machines_rows_one_checkpoint_is_unknown_and_the_rest_waits(house):
    crowd(130)
    letter = actions.start(dispatch=dispatch(), by=None)
    lease, messages = elsewhere_claims(letter)
    ledger.settle(lease, [Settlement(message, MessageState.ACCEPTED) for message in messages[:10]])
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
        recover()
    assert states() == {"accepted": 10, "unknown": 100, "queued": 20}
    waiting = set(Message.objects.filter(state="queued").values_list("pk", flat=True))
    assert waiting == {message.pk for message in messages[110:]}


def test_a_worker_whose_lease_was_taken_stops_at_its_next_group(letter):
    lease, messages = elsewhere_claims(letter)
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
        recover()
    with pytest.raises(ledger.LeaseLost):
        ledger.settle(lease, [Settlement(messages[0], MessageState.ACCEPTED)])
    assert states() == {"unknown": 5}
    with pytest.raises(ledger.LeaseLost):
        ledger.give_back(lease)
    assert states() == {"unknown": 5}


def test_what_a_worker_never_began_leaves_although_its_lease_was_taken(letter, settings, own_folders, monkeypatch):
    def taken_meanwhile(_channel):
        settings.SPOOL_ROOT = own_folders / "another machine"
        with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
            recover()
        settings.SPOOL_ROOT = own_folders / "spool"
        raise ChannelDown("It took six minutes to refuse.")

    settings.BULK_MAIL_URL = "smtp://127.0.0.1:1?tls=none"
    monkeypatch.setattr(Smtp, "open_another", taken_meanwhile)
    sending.work()
    assert states() == {"unknown": 5}
    recover()
    assert states() == {"queued": 5}


def test_what_a_worker_with_a_wrong_clock_gives_back_waits_for_nobody(letter):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        lease, _rows = ledger.claim(letter, lease_id=ids.uuid7(), worker="ahead:1")
        ledger.give_back(lease)
    assert states() == {"queued": 5}
    assert Message.objects.due(timezone.now()).count() == 5


def test_a_machine_that_comes_back_settles_what_is_unknown(letter):
    lease_id = ids.uuid7()
    _lease, messages = ledger.claim(letter, lease_id=lease_id, worker="gone:1")
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
        recover()
    assert states() == {"unknown": 5}
    file = spool.Spool(lease_id, is_repeatable=False)
    for message in messages[:2]:
        file.intend(message.pk)
    file.answer(messages[0].pk, sending.Result(MessageState.ACCEPTED))
    file.close()
    recover()
    assert states() == {"accepted": 1, "unknown": 1, "queued": 3}
    assert not Lease.objects.exists()
    assert not Message.objects.filter(lease__isnull=False).exists()


def test_a_letter_that_ended_goes_on_for_those_whom_it_never_left_to(letter, own_folders):
    lease_id = ids.uuid7()
    _lease, messages = ledger.claim(letter, lease_id=lease_id, worker="gone:1")
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
        recover()
        sending.work()
    letter.refresh_from_db()
    assert (letter.state, states()) == ("finished", {"unknown": 5})
    file = spool.Spool(lease_id, is_repeatable=False)
    file.intend(messages[0].pk)
    file.close()
    recover()
    letter.refresh_from_db()
    assert (letter.state, letter.ended_at) == ("running", None)
    assert recover() == 0
    assert Entry.objects.filter(verb="dispatch.reopened").count() == 1
    sending.work()
    letter.refresh_from_db()
    assert (letter.state, states()) == ("finished", {"accepted": 4, "unknown": 1})


def test_what_comes_back_to_a_canceled_letter_is_left_out(letter):
    lease_id = ids.uuid7()
    file = spool.Spool(lease_id, is_repeatable=True)
    ledger.claim(letter, lease_id=lease_id, worker="here:1")
    actions.cancel(dispatch=letter, by=None)
    assert states() == {"claimed": 5}
    file.close()
    recover()
    assert states() == {"skipped": 5}
    assert set(Message.objects.values_list("reason", flat=True)) == {"cancelled"}


def test_what_was_tried_while_a_letter_was_canceled_is_left_out_by_the_next_sweep(letter):
    lease, messages = ledger.claim(letter, lease_id=ids.uuid7(), worker="here:1")
    actions.cancel(dispatch=letter, by=None)
    ledger.settle(lease, [Settlement(message, MessageState.DEFERRED, "450 Later") for message in messages])
    assert states() == {"deferred": 5}
    recover()
    assert states() == {"skipped": 5}


def test_what_another_lease_made_unknown_is_not_touched_by_an_old_file(letter, settings):
    old_id = ids.uuid7()
    ledger.claim(letter, lease_id=old_id, worker="gone:1")
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(seconds=1)):
        recover()
    waiting = {"state": "queued", "settled_at": None, "lease": None, "next_try_at": timezone.now()}
    Message.objects.filter(state="unknown").update(**waiting)
    with Sink(fault=lambda step, _: HANG_UP if step == "end" else None) as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
    assert states() == {"unknown": 5}
    spool.Spool(old_id, is_repeatable=False).close()
    recover()
    assert states() == {"unknown": 5}


def test_after_a_loss_of_power_the_file_is_not_trusted_for_what_it_does_not_say(house, monkeypatch):
    crowd(130)
    letter = actions.start(dispatch=dispatch(), by=None)
    lease_id = ids.uuid7()
    monkeypatch.setattr(spool, "boot_id", lambda: "before")
    file = spool.Spool(lease_id, is_repeatable=False)
    _, messages = ledger.claim(letter, lease_id=lease_id, worker="here:1")
    file.intend(messages[0].pk)
    file.answer(messages[0].pk, sending.Result(MessageState.ACCEPTED))
    file.close()
    monkeypatch.setattr(spool, "boot_id", lambda: "after")
    recover()
    assert states() == {"accepted": 1, "unknown": 99, "queued": 30}


def test_after_a_loss_of_power_what_is_unknown_already_takes_nobodys_place(house, monkeypatch):
    crowd(130)
    letter = actions.start(dispatch=dispatch(), by=None)
    lease_id = ids.uuid7()
    monkeypatch.setattr(spool, "boot_id", lambda: "before")
    file = spool.Spool(lease_id, is_repeatable=False)
    lease, messages = ledger.claim(letter, lease_id=lease_id, worker="here:1")
    ledger.settle(lease, [Settlement(message, MessageState.UNKNOWN, "The line broke.") for message in messages[:20]])
    file.close()
    monkeypatch.setattr(spool, "boot_id", lambda: "after")
    recover()
    assert states() == {"unknown": 120, "queued": 10}
    assert set(Message.objects.filter(state="queued").values_list("pk", flat=True)) == {
        message.pk for message in messages[120:]
    }


def test_after_a_loss_of_power_no_second_attempt_is_taken_for_the_first(letter, monkeypatch):
    lease_id = ids.uuid7()
    monkeypatch.setattr(spool, "boot_id", lambda: "before")
    file = spool.Spool(lease_id, is_repeatable=False)
    _, messages = ledger.claim(letter, lease_id=lease_id, worker="here:1")
    file.intend(messages[0].pk)
    file.answer(messages[0].pk, sending.Result(MessageState.DEFERRED, "450 Later"))
    file.close()
    monkeypatch.setattr(spool, "boot_id", lambda: "after")
    recover()
    assert states() == {"unknown": 5}


def test_an_intent_after_an_answer_is_another_attempt(letter):
    lease_id = ids.uuid7()
    file = spool.Spool(lease_id, is_repeatable=False)
    _, messages = ledger.claim(letter, lease_id=lease_id, worker="here:1")
    file.intend(messages[0].pk)
    file.answer(messages[0].pk, sending.Result(MessageState.DEFERRED, "450 Later"))
    file.intend(messages[0].pk)
    file.close()
    recover()
    assert states() == {"unknown": 1, "queued": 4}


def test_a_torn_last_line_says_nothing(letter):
    lease_id = ids.uuid7()
    file = spool.Spool(lease_id, is_repeatable=False)
    _, messages = ledger.claim(letter, lease_id=lease_id, worker="here:1")
    file.intend(messages[0].pk)
    os.write(file.file, f"R {messages[0].pk.hex} acc".encode())
    file.close()
    recover()
    assert states() == {"unknown": 1, "queued": 4}


def test_a_file_whose_claim_never_came_is_taken_away(letter, own_folders):
    spool.Spool(ids.uuid7(), is_repeatable=False).close()
    assert recover() == 0
    assert not list((own_folders / "spool").glob("*.*"))


def test_a_refused_answer_in_the_file_keeps_its_words(letter):
    lease_id = ids.uuid7()
    file = spool.Spool(lease_id, is_repeatable=False)
    _, messages = ledger.claim(letter, lease_id=lease_id, worker="here:1")
    file.intend(messages[0].pk)
    file.answer(messages[0].pk, sending.Result(MessageState.FAILED, "550 5.1.1 No\nsuch person"))
    file.close()
    recover()
    assert Message.objects.get(state="failed").reason == "550 5.1.1 No such person"


def test_a_spool_that_cannot_be_written_lets_nothing_leave(letter, settings, monkeypatch):
    write = spool.Spool._write

    def full(self, lines):
        if "I " in lines:
            raise OSError(28, "No space left on device")
        write(self, lines)

    with Sink() as sink, monkeypatch.context() as patch:
        settings.BULK_MAIL_URL = sink.url
        patch.setattr(spool.Spool, "_write", full)
        sending.work()
        assert sink.received == []
        assert states() == {"deferred": 5}
        assert set(Message.objects.values_list("attempts", flat=True)) == {0}
        patch.undo()
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            sending.work()
        assert len(sink.received) == 5

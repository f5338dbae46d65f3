"""The worker's way through the ledger: odd rows, soft failures, shut servers, hints, many workers at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from delivery import actions, hints, ledger, outbox, sending, tasks
from delivery.models import Dispatch, Lease, Message
from delivery.writing import Writing
from journal.models import Entry
from practice.models import Practice
from tests.factories.delivery import audience, crowd, dispatch, letter, rows

pytestmark = pytest.mark.django_db


def states():
    return Counter(Message.objects.values_list("state", flat=True))


def reasons():
    return {message.address: message.reason for message in Message.objects.all()}


def test_an_odd_address_harms_no_other(house):
    audience(3)
    sent = dispatch()
    Message.objects.filter(address="reader1@readers.example").update(address="r 1@readers.example")
    actions.start(dispatch=sent, by=None)
    sending.work()
    assert states() == {"accepted": 2, "failed": 1}
    assert rows(sent)["r 1@readers.example"].reason == "The address cannot be written to."


@pytest.mark.both
def test_whatever_cannot_be_built_is_tried_again_and_harms_no_other(house, monkeypatch):
    audience(3)
    actions.start(dispatch=dispatch(), by=None)
    real = Writing.built

    def built(self, message, address, readers):
        if message.address == "reader1@readers.example":
            raise RuntimeError("odd")
        return real(self, message, address, readers)

    with monkeypatch.context() as patch:
        patch.setattr(Writing, "built", built)
        sending.work()
    assert states() == {"accepted": 2, "deferred": 1}
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sending.work()
    assert states() == {"accepted": 3}


@pytest.mark.both
def test_a_soft_failure_waits_longer_each_time_and_ends(house, settings):
    from delivery.sink import Sink

    audience(1)
    sent = actions.start(dispatch=dispatch(), by=None)
    waits, moment = [], timezone.now()
    with Sink(fault=lambda step, _: "450 Busy" if step == "rcpt" else None) as sink:
        settings.BULK_MAIL_URL = sink.url
        for _ in range(20):
            with time_machine.travel(moment, tick=False):
                sending.work()
            message = Message.objects.get()
            if message.state == "failed":
                break
            waits.append((message.next_try_at - moment).total_seconds() / 60)
            moment = message.next_try_at
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 240
    assert len(waits) == ledger.MOST_ATTEMPTS - 1
    assert message.reason == "Given up after 12 attempts. 450 Busy"
    sent.refresh_from_db()
    assert sent.state == "finished"


@pytest.mark.both
def test_a_server_that_is_away_costs_nobody_an_attempt(house, settings):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.BULK_MAIL_URL = f"smtp://127.0.0.1:{probe.getsockname()[1]}?tls=none"
    crowd(3)
    sent = actions.start(dispatch=dispatch(), by=None)
    assert sending.work() == 0
    assert states() == {"deferred": 3}
    assert set(Message.objects.values_list("attempts", "reason")) == {(0, "The mail server refused the connection.")}
    sent.refresh_from_db()
    assert sent.state == "running"
    settings.BULK_MAIL_URL = "outbox://"
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert sending.work() == 3


def test_letters_and_single_messages_may_have_ways_of_their_own(house, settings):
    from delivery.sink import Sink

    audience(1)
    actions.start(dispatch=dispatch(), by=None)
    actions.put(letter(), to="dana@offices.example", occasion="1")
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
        assert [taken.recipient for taken in sink.received] == ["reader0@readers.example"]
    assert [mail.to for mail in outbox.read()] == ["dana@offices.example"]


@pytest.mark.both
def test_the_questions_to_the_database_do_not_grow_with_the_letter(house, django_assert_max_num_queries, own_folders):
    crowd(400)
    actions.start(dispatch=dispatch(), by=None)
    with django_assert_max_num_queries(84):
        sending.work()
    assert states() == {"accepted": 400}


def test_an_odd_address_of_the_practice_holds_its_mail_and_breaks_no_worker(house):
    audience(2)
    actions.start(dispatch=dispatch(), by=None)
    Practice.objects.update(sender_email='"front desk"@juniper-row.example')
    sending.work()
    assert states() == {"deferred": 2}
    assert "own address" in Message.objects.values_list("reason", flat=True)[0]
    assert not Lease.objects.exists()


def test_a_message_id_is_the_same_for_the_same_occasion_and_address(house):
    audience(1)
    first = rows(dispatch("a"))["reader0@readers.example"].message_id
    Message.objects.all().delete()
    Dispatch.objects.all().delete()
    assert rows(dispatch("a"))["reader0@readers.example"].message_id == first
    assert rows(dispatch("b"))["reader0@readers.example"].message_id != first
    assert first.endswith("@juniper-row.example")
    assert "reader0" not in first


@pytest.mark.django_db(transaction=True)
def test_one_hint_follows_the_commit_however_many_messages_there_are(house, hinted):
    with transaction.atomic():
        for number in range(5):
            actions.put(letter(), to="dana@offices.example", occasion=str(number))
        assert hinted == []
    assert hinted == ["delivery.send"]


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_loses_nothing(house, monkeypatch):
    def dead(name, **_options):
        raise OSError("no broker")

    monkeypatch.setattr(hints.current_app, "send_task", dead)
    actions.put(letter(), to="dana@offices.example", occasion="1")
    tasks.sweep()
    assert states() == {"accepted": 1}


@pytest.mark.django_db(transaction=True)
def test_a_sweep_leaves_the_sending_to_a_hint_that_is_on_its_way(house, hinted, monkeypatch):
    actions.put(letter(), to="dana@offices.example", occasion="1")
    assert hints.is_on_its_way()
    tasks.sweep()
    assert states() == {"queued": 1}
    monkeypatch.setitem(hints._told, "at", time.monotonic() - hints.WORTHLESS_AFTER - 1)
    tasks.sweep()
    assert states() == {"accepted": 1}


@pytest.mark.django_db(transaction=True)
def test_a_new_worker_looks_after_what_was_left_at_once(hinted):
    tasks.sweep_at_start()
    assert hinted == ["delivery.sweep"]


@pytest.mark.django_db(transaction=True)
def test_a_long_letter_lets_other_tasks_have_their_turn(house, hinted, monkeypatch):
    crowd(250)
    actions.start(dispatch=dispatch(), by=None)
    hinted.clear()
    monkeypatch.setattr(tasks, "SHIFT_SECONDS", 0.0001)
    while states()["queued"]:
        tasks.send()
        assert sum(states()[state] for state in ("queued", "accepted")) == 250
        if "delivery.send" not in hinted:
            break
        hinted.clear()
        monkeypatch.setattr(tasks, "SHIFT_SECONDS", 5.0)
    assert states() == {"accepted": 250}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_fifty_clicks_at_once_start_it_once(house, hinted):
    audience(1)
    sent = dispatch()
    at_once, errors = threading.Barrier(50), []

    def click():
        try:
            at_once.wait(30)
            actions.start(dispatch=Dispatch.objects.get(pk=sent.pk), by=None)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert Entry.objects.filter(verb="dispatch.started").count() == 1
    assert hinted.count("delivery.send") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_four_workers_at_once_send_everything_once(house, settings):
    from delivery.sink import Sink

    crowd(600)
    actions.start(dispatch=dispatch(), by=None)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url

        def work():
            try:
                while sending.work(seconds=5):
                    pass
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert max(Counter(taken.message_id for taken in sink.received).values()) == 1
        assert len(sink.received) == 600
    assert states() == {"accepted": 600}

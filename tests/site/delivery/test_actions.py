"""What people do: open a dispatch, start it once, hold it, end it, try it on oneself, send one message."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from delivery import actions, ledger, links, outbox, sending
from delivery.models import Dispatch, Message
from delivery.steps import hold
from journal.models import Entry
from patients.actions import mark_deceased, suppress
from patients.models import Reader
from tests.factories.delivery import audience, crowd, dispatch, letter, shared_mailbox
from tests.factories.patients import PatientFactory, agree, letter_reader

pytestmark = pytest.mark.django_db


def states():
    return Counter(Message.objects.values_list("state", flat=True))


def reasons():
    return {message.address: message.reason for message in Message.objects.all()}


@pytest.mark.both
def test_a_letter_reaches_everyone_once(house):
    audience(3)
    sent = actions.start(dispatch=dispatch(), by=None)
    assert sending.work() == 3
    assert sending.work() == 0
    sent.refresh_from_db()
    assert sent.state == "finished"
    assert sent.ended_at is not None
    assert sent.counts() == {
        **dict.fromkeys(["queued", "claimed", "deferred", "failed", "skipped", "unknown"], 0),
        "accepted": 3,
        "total": 3,
    }
    assert sorted(mail.subject for mail in outbox.read()) == ["For you, Given0", "For you, Given1", "For you, Given2"]
    verbs = ["dispatch.opened", "dispatch.frozen", "dispatch.started", "dispatch.finished"]
    assert [entry.verb for entry in Entry.objects.filter(subject=f"dispatch:{sent.ref}").order_by("at", "id")] == verbs


def test_nothing_leaves_before_somebody_starts_it(house):
    audience(1)
    dispatch()
    assert sending.work() == 0
    assert states() == {"queued": 1}


@pytest.mark.both
def test_the_same_occasion_is_one_dispatch(house):
    audience(2)
    first = dispatch()
    letter_reader(given_name="Later")
    assert dispatch() == first
    assert first.messages.count() == 2
    assert Entry.objects.filter(verb="dispatch.opened").count() == 1


def test_the_audience_is_frozen_at_the_click(house):
    audience(2)
    frozen = dispatch()
    late = letter_reader(given_name="Late", email="late@readers.example")
    actions.start(dispatch=frozen, by=None)
    sending.work()
    assert not late.messages.exists()
    assert len(outbox.read()) == 2


def test_a_reader_without_an_address_gets_no_row(house):
    letter_reader(given_name="Nowhere", email="")
    audience(1)
    assert dispatch().messages.count() == 1


@pytest.mark.both
def test_a_shared_mailbox_gets_one_letter_that_greets_all(house):
    ruth, teo, ana = audience(3)
    shared_mailbox(ruth, teo, ana)
    Reader.objects.filter(pk=teo.pk).update(given_name="Teo")
    shared = actions.start(dispatch=dispatch(), by=None)
    (message,) = shared.messages.all()
    assert message.reader_ids == [ruth.pk, teo.pk, ana.pk]
    sending.work()
    (mail,) = outbox.read()
    assert mail.text.startswith("Hello Given0, Teo, and Given2,")
    assert mail.to == '"Given0, Teo, and Given2" <home@readers.example>'


@pytest.mark.both
def test_who_objects_is_not_greeted_and_the_other_still_gets_it(house):
    ruth, teo = audience(2)
    shared_mailbox(ruth, teo)
    actions.start(dispatch=dispatch(), by=None)
    agree(ruth, is_given=False)
    sending.work()
    (mail,) = outbox.read()
    assert mail.text.startswith("Hello Given1,")
    assert mail.to == "Given1 Lettered1 <home@readers.example>" or mail.to.startswith("Given1 ")


@pytest.mark.both
def test_what_changed_since_the_click_is_caught_when_a_row_is_claimed(house, rosa):
    keen, objector, _bounced, moved, resting, gone, erased, homeless = audience(8)
    patient = PatientFactory.create(reader=gone)
    actions.start(dispatch=dispatch(), by=None)
    agree(objector, is_given=False)
    suppress(channel="email", address="reader2@readers.example", reason="complaint", by=None)
    moved.contact_points.get().delete()
    moved.contact_points.create(channel="email", address="new@readers.example")
    Reader.objects.filter(pk=resting.pk).update(paused_until=timezone.localdate() + timedelta(days=1))
    mark_deceased(patient=patient, by=rosa)
    Message.objects.filter(reader=erased).update(reader=None)
    homeless.contact_points.all().delete()
    assert sending.work() == 8
    assert reasons() == {
        "reader0@readers.example": "",
        "reader1@readers.example": "objected",
        "reader2@readers.example": "suppressed",
        "reader3@readers.example": "address_changed",
        "reader4@readers.example": "paused",
        "reader5@readers.example": "deceased",
        "reader6@readers.example": "erased",
        "reader7@readers.example": "no_address",
    }
    assert states() == {"accepted": 1, "skipped": 7}
    assert keen.messages.get().state == "accepted"


@pytest.mark.both
def test_a_second_click_on_start_changes_nothing(house):
    audience(1)
    sent = dispatch()
    actions.start(dispatch=sent, by=None)
    began = Dispatch.objects.get().started_at
    actions.start(dispatch=sent, by=None)
    assert Dispatch.objects.get().started_at == began
    assert Entry.objects.filter(verb="dispatch.started").count() == 1
    sending.work()
    assert actions.start(dispatch=sent, by=None).state == "finished"


def test_pause_holds_and_resume_goes_on(house):
    audience(3)
    sent = actions.start(dispatch=dispatch(), by=None)
    actions.pause(dispatch=sent, by=None)
    actions.pause(dispatch=sent, by=None)
    assert sending.work() == 0
    actions.resume(dispatch=sent, by=None)
    assert sending.work() == 3
    verbs = list(Entry.objects.filter(verb__startswith="dispatch.").order_by("at", "id").values_list("verb", flat=True))
    assert verbs[3:] == ["dispatch.paused", "dispatch.resumed", "dispatch.finished"]


@pytest.mark.both
def test_what_needs_a_look_rests_until_somebody_looked(house):
    audience(2)
    sent = dispatch()
    assert not hold(dispatch=sent, trouble="It has not begun.")
    actions.start(dispatch=sent, by=None)
    assert hold(dispatch=sent, trouble="Many addresses bounced.")
    assert not hold(dispatch=sent, trouble="And again.")
    assert (sent.state, sent.trouble) == ("attention", "Many addresses bounced.")
    assert sending.work() == 0
    with pytest.raises(actions.Impossible, match="attention"):
        actions.pause(dispatch=sent, by=None)
    actions.resume(dispatch=sent, by=None)
    assert (sent.state, sent.trouble) == ("running", "")
    assert sending.work() == 2
    held = Entry.objects.get(verb="dispatch.held")
    assert held.particulars == {"trouble": "Many addresses bounced."}


def test_what_needs_a_look_can_be_ended(house):
    audience(1)
    sent = actions.start(dispatch=dispatch(), by=None)
    hold(dispatch=sent, trouble="Many addresses bounced.")
    assert actions.cancel(dispatch=sent, by=None).trouble == ""
    assert states() == {"skipped": 1}


def test_what_is_not_wholly_frozen_is_sent_and_never_ends(house):
    audience(2)
    sent = dispatch()
    Dispatch.objects.update(frozen_at=None)
    assert actions.start(dispatch=sent, by=None).state == "freezing"
    assert sending.work() == 2
    sent.refresh_from_db()
    assert (sent.state, sent.ended_at) == ("freezing", None)
    actions.pause(dispatch=sent, by=None)
    assert actions.resume(dispatch=sent, by=None).state == "freezing"


@pytest.mark.both
def test_cancel_ends_it_for_all_who_wait(house):
    audience(3)
    sent = dispatch()
    actions.cancel(dispatch=sent, by=None)
    actions.cancel(dispatch=sent, by=None)
    assert states() == {"skipped": 3}
    assert set(reasons().values()) == {"cancelled"}
    with pytest.raises(actions.Impossible):
        actions.start(dispatch=sent, by=None)
    assert sending.work() == 0


def test_what_cannot_be_done_says_so(house):
    audience(1)
    sent = dispatch()
    with pytest.raises(actions.Impossible, match="ready"):
        actions.pause(dispatch=sent, by=None)
    with pytest.raises(actions.Impossible, match="ready"):
        actions.resume(dispatch=sent, by=None)
    actions.start(dispatch=sent, by=None)
    sending.work()
    with pytest.raises(actions.Impossible, match="finished"):
        actions.cancel(dispatch=sent, by=None)


@pytest.mark.parametrize(("act", "left"), [("pause", "queued"), ("cancel", "skipped")])
def test_a_hold_reaches_a_worker_at_its_next_checkpoint(house, monkeypatch, act, left):
    crowd(250)
    sent = actions.start(dispatch=dispatch(), by=None)
    real, calls = ledger.settle, []

    def settle(lease, settlements):
        real(lease, settlements)
        calls.append(len(settlements))
        if len(calls) == 1:
            getattr(actions, act)(dispatch=sent, by=None)

    monkeypatch.setattr(ledger, "settle", settle)
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0)
    monkeypatch.setattr(sending, "CHECKPOINT_SECONDS", 1_000.0)
    sending.work()
    assert calls == [100]
    assert states() == {"accepted": 100, left: 150}
    assert len(outbox.read(limit=300)) == 100


def test_single_messages_overtake_a_letter(house, monkeypatch):
    crowd(250)
    actions.start(dispatch=dispatch(), by=None)
    real, order = ledger.settle, []

    def settle(lease, settlements):
        real(lease, settlements)
        order.append({message.message.dispatch_id is None for message in settlements})
        if len(order) == 1:
            actions.put(letter(html=""), to="dana@offices.example", occasion="code")

    monkeypatch.setattr(ledger, "settle", settle)
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0)
    monkeypatch.setattr(sending, "CHECKPOINT_SECONDS", 1_000.0)
    sending.work()
    assert order == [{False}, {True}, {False}, {False}]


@pytest.mark.both
def test_a_test_letter_is_marked_and_its_links_open_pages_that_record_nothing(house, hannah, client):
    message = actions.send_test(letter=letter(), to="Hannah Whitlock <hannah@juniper-row.example>", by=hannah)
    sending.work()
    (mail,) = outbox.read()
    assert mail.subject == "[Test] For you, Hannah"
    assert "Hello Hannah," in mail.html
    assert links.url("unsubscribe", message).rsplit(":", 2)[0] in mail.text
    assert message.is_test
    assert message.reader is None
    headers = dict(mail.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_test_letter_keeps_its_words_for_its_view_link(house):
    message = actions.send_test(letter=letter(), to="hannah@juniper-row.example", by=None)
    sending.work()
    message.refresh_from_db()
    assert message.state == "accepted"
    assert "Hello friend &amp; neighbor" in message.content


def test_two_tests_of_one_letter_are_two_messages(house):
    for _ in range(2):
        actions.send_test(letter=letter(), to="hannah@juniper-row.example", by=None)
    assert Message.objects.count() == 2


@pytest.mark.both
def test_one_message_is_single_for_its_occasion_and_address(house, hinted):
    kept = {"to": "Dana Whitcomb <Dana@Offices.example>", "occasion": "entry-1"}
    first = actions.put(letter(), **kept)
    assert actions.put(letter(subject="Again"), **kept) == first
    assert actions.put(letter(), to="rosa@juniper-row.example", occasion="entry-1") != first
    assert actions.put(letter(), to="dana@offices.example", occasion="entry-2") != first
    assert first.address == "dana@offices.example"
    sending.work()
    assert len(outbox.read()) == 3


@pytest.mark.both
def test_what_was_written_is_sealed_and_gone_once_accepted(house):
    message = actions.put(letter(text="A secret word"), to="dana@offices.example", occasion="1")
    with connection.cursor() as cursor:
        cursor.execute("select content from delivery_message")  # the raw column: sealed
        assert b"secret word" not in bytes(cursor.fetchone()[0])
    assert "A secret word" in Message.objects.get().content
    sending.work()
    message.refresh_from_db()
    assert (message.state, message.content) == ("accepted", None)


def test_a_transactional_message_reaches_who_objects_but_not_a_dead_address(house, rosa):
    objector = letter_reader(given_name="Ob", email="ob@readers.example")
    agree(objector, is_given=False)
    dead = letter_reader(given_name="Dead", email="dead@readers.example")
    mark_deceased(patient=PatientFactory.create(reader=dead), by=rosa)
    suppress(channel="email", address="bounced@readers.example", reason="hard_bounce", by=None)
    suppress(channel="email", address="annoyed@readers.example", reason="complaint", by=None)
    for number, (to, reader) in enumerate(
        [
            ("ob@readers.example", objector),
            ("dead@readers.example", dead),
            ("bounced@readers.example", None),
            ("annoyed@readers.example", None),
        ]
    ):
        actions.put(letter(), to=to, occasion=str(number), reader=reader)
    sending.work()
    assert reasons() == {
        "ob@readers.example": "",
        "dead@readers.example": "deceased",
        "bounced@readers.example": "suppressed",
        "annoyed@readers.example": "",
    }

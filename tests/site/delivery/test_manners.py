"""What leaves keeps to manners: the cap of an address, a reader's own wish, hours, a child's adult, a discreet name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from delivery import actions, outbox, policy, sending
from delivery.models import Lease, Message
from delivery.pace import since
from journal.reacting import run_due
from patients.actions import mark_deceased, mark_living
from patients.choosing import want_less
from patients.models import AtMost, ContactPoint, Declined, Patient, Reader
from practice.courtesy import Courtesy
from practice.models import Practice
from tests.factories.delivery import audience, dispatch, letter, shared_mailbox
from tests.factories.patients import PatientFactory, agree, letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def send(occasion: str = "campaign:CA-TEST", **attributes: Any) -> dict[str, str]:
    """Send a letter to all readers; return what became of each address: its state, or why it was left out."""
    sent = actions.start(dispatch=dispatch(occasion, **attributes), by=None)
    sending.work()
    return {row.address: row.reason or row.state for row in sent.messages.all()}


@pytest.fixture
def margaret_reads(house: Practice) -> Reader:
    return letter_reader(given_name="Margaret", email="margaret@readers.example")


def test_an_address_gets_so_many_letters_in_30_days_at_most(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, most_letters=2)
    with time_machine.travel("2026-11-02 18:00Z", tick=True):
        assert [send(f"campaign:CA-{n}")["margaret@readers.example"] for n in range(3)] == [
            "accepted",
            "accepted",
            "capped",
        ]
    with time_machine.travel("2026-12-01 17:59Z", tick=True):
        assert send("campaign:CA-LATE")["margaret@readers.example"] == "capped"
    with time_machine.travel("2026-12-02 18:01Z", tick=True):
        assert send("campaign:CA-LATER")["margaret@readers.example"] == "accepted"
    asked = {"reader": margaret_reads, "address": "margaret@readers.example", "purpose": "own_services"}
    for day, reason in (("2026-11-30", "capped"), ("2027-03-01", "")):
        with time_machine.travel(day):
            assert policy.may_send(**asked) == reason


def test_news_of_ones_own_visits_is_neither_counted_nor_capped(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, most_letters=1)
    for n in range(3):
        actions.put(letter(), to="margaret@readers.example", occasion=f"visit:{n}", reader=margaret_reads)
    sending.work()
    assert set(send().values()) == {"accepted"}
    actions.put(letter(), to="margaret@readers.example", occasion="visit:more", reader=margaret_reads)
    sending.work()
    assert len(outbox.read()) == 5


def test_two_letters_of_one_batch_count_each_other(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, most_letters=1)
    for n in range(2):
        actions.put(
            letter(), to="margaret@readers.example", occasion=f"wish:{n}", reader=margaret_reads, purpose="own_services"
        )
    sending.work()
    assert sorted(Message.objects.values_list("state", "reason")) == [("accepted", ""), ("skipped", "capped")]


def test_what_another_worker_holds_is_waited_for(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, most_letters=1)
    first = actions.start(dispatch=dispatch("campaign:CA-A"), by=None)
    lease = Lease.objects.create(worker="another", expires_at=datetime.now(UTC) + timedelta(minutes=5))
    first.messages.update(state="claimed", lease=lease, next_try_at=None)
    second = actions.start(dispatch=dispatch("campaign:CA-B"), by=None)
    sending.work()
    row = second.messages.get()
    assert (row.state, row.attempts) == ("queued", 0)
    assert row.next_try_at is not None
    assert row.next_try_at > datetime.now(UTC) + timedelta(seconds=30)
    first.messages.update(state="failed", lease=None, reason="No such mailbox", settled_at=datetime.now(UTC))
    second.messages.update(next_try_at=datetime.now(UTC))
    sending.work()
    assert second.messages.get().state == "accepted"


@pytest.mark.parametrize(
    ("at_most", "days"),
    [
        (AtMost.MONTH, {"2026-11-02": "accepted", "2026-11-30": "enough", "2026-12-01": "accepted"}),
        (AtMost.QUARTER, {"2026-11-02": "accepted", "2027-01-31": "enough", "2027-02-01": "accepted"}),
        (AtMost.VISITS, {"2026-11-02": "only_visits", "2027-06-01": "only_visits"}),
        ("", {"2026-11-02": "accepted", "2026-11-03": "accepted"}),
    ],
)
def test_somebody_gets_no_more_than_they_want(margaret_reads: Reader, at_most: str, days: dict[str, str]) -> None:
    want_less(reader=margaret_reads, at_most=at_most, by=None, source="portal")
    found = {}
    for day in days:
        with time_machine.travel(f"{day} 18:00Z", tick=True):
            found[day] = send(f"campaign:{day}")["margaret@readers.example"]
    assert found == days


def test_a_question_after_a_visit_is_about_visits(margaret_reads: Reader) -> None:
    agree(margaret_reads, purpose="treatment")
    want_less(reader=margaret_reads, at_most=AtMost.VISITS, by=None, source="portal")
    given = {"reader": margaret_reads, "address": "margaret@readers.example", "purpose": "treatment"}
    assert policy.may_send(**given, topic="question") == ""
    assert policy.may_send(**given, topic="due") == "only_visits"


def test_a_wish_of_one_is_not_the_wish_of_another_at_the_same_mailbox(house: Practice) -> None:
    ruth, teo = audience(2)
    Reader.objects.filter(pk=ruth.pk).update(given_name="Ruth")
    Reader.objects.filter(pk=teo.pk).update(given_name="Teo")
    shared_mailbox(ruth, teo)
    want_less(reader=ruth, at_most=AtMost.MONTH, by=None, source="portal")
    with time_machine.travel("2026-11-02 18:00Z", tick=True):
        first, second = (actions.start(dispatch=dispatch(f"campaign:CA-{n}"), by=None) for n in range(2))
        sending.work()
    assert first.messages.get().reader_ids == [ruth.pk, teo.pk]
    row = second.messages.get()
    assert (row.state, row.reader_ids) == ("accepted", [teo.pk])
    greetings = sorted(mail.text.splitlines()[0] for mail in outbox.read())
    assert greetings == ["Hello Ruth and Teo,", "Hello Teo,"]


@pytest.mark.parametrize(
    ("at_most", "day", "begins"),
    [
        ("month", date(2026, 11, 30), date(2026, 11, 1)),
        ("quarter", date(2026, 11, 30), date(2026, 9, 1)),
        ("quarter", date(2026, 1, 1), date(2025, 11, 1)),
        ("quarter", date(2026, 2, 1), date(2025, 12, 1)),
    ],
)
def test_months_are_those_of_the_calendar(at_most: str, day: date, begins: date) -> None:
    assert since(at_most, day) == begins


def test_what_is_due_in_quiet_hours_waits_and_is_not_left_out(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, mail_from=time(9), mail_until=time(18))
    with time_machine.travel("2026-11-24 04:00Z", tick=True):  # 8 PM of the 23rd
        assert set(send().values()) == {"queued"}
        row = Message.objects.get()
        assert row.next_try_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
        assert row.attempts == 0
        actions.put(letter(), to="margaret@readers.example", occasion="code", reader=margaret_reads)
        sending.work()
        assert len(outbox.read()) == 1
    with time_machine.travel("2026-11-24 17:00:01Z", tick=True):
        sending.work()
    row.refresh_from_db()
    assert row.state == "accepted"


def test_a_reminder_of_a_visit_waits_for_the_morning_too(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, mail_from=time(9), mail_until=time(18))
    with time_machine.travel("2026-11-24 04:00Z", tick=True):
        actions.put(letter(), to="margaret@readers.example", occasion="reminder", reader=margaret_reads, topic="visits")
        sending.work()
    assert Message.objects.get().state == "queued"


def test_a_declined_topic_is_left_out_and_another_comes(margaret_reads: Reader) -> None:
    Declined.objects.create(reader=margaret_reads, channel="email", topic="news")
    assert set(send("campaign:CA-NEWS", topic="news").values()) == {"declined"}
    assert set(send("campaign:CA-LETTER", topic="letter").values()) == {"accepted"}


def test_a_declined_reminder_is_left_out_although_it_needs_no_consent(margaret_reads: Reader) -> None:
    Declined.objects.create(reader=margaret_reads, channel="email", topic="visits")
    actions.put(letter(), to="margaret@readers.example", occasion="r", reader=margaret_reads, topic="visits")
    sending.work()
    assert Message.objects.get().reason == "declined"


def test_nothing_is_sent_about_a_topic_that_nobody_can_decline(house: Practice) -> None:
    with pytest.raises(LookupError):
        actions.put(letter(), to="x@readers.example", occasion="x", topic="offers")
    with pytest.raises(LookupError):
        dispatch(topic="offers")


@pytest.fixture
def child(house: Practice) -> Patient:
    adult = letter_reader(given_name="Ruth", email="ruth@readers.example")
    mother = PatientFactory.create(reader=adult)
    young = letter_reader(given_name="Teo", email="teo@readers.example")
    return PatientFactory.create(reader=young, born_on=date(2008, 11, 24), responsible=mother)


@time_machine.travel("2026-11-23 18:00Z", tick=True)
def test_what_concerns_a_child_goes_to_the_adult_in_one_letter(child: Patient) -> None:
    assert send() == {"ruth@readers.example": "accepted"}
    row = Message.objects.get()
    assert set(row.reader_ids) == {child.reader_id, child.responsible.reader_id if child.responsible else 0}
    (mail,) = outbox.read()
    assert mail.text.startswith("Hello Ruth,")


@time_machine.travel("2026-11-23 18:00Z", tick=True)
def test_a_letter_to_the_children_alone_goes_to_the_adult(child: Patient) -> None:
    assert send(readers=Reader.objects.filter(pk=child.reader_id)) == {"ruth@readers.example": "accepted"}
    assert Message.objects.get().reader_ids == [child.reader_id]


def test_the_18th_birthday_ends_that_also_for_what_is_queued(child: Patient) -> None:
    only = Reader.objects.filter(pk=child.reader_id)
    with time_machine.travel("2026-11-23 18:00Z", tick=True):
        queued = actions.start(dispatch=dispatch(readers=only), by=None)
    with time_machine.travel("2026-11-24 18:00Z", tick=True):
        sending.work()
        assert [(row.address, row.reason) for row in queued.messages.all()] == [
            ("ruth@readers.example", "address_changed")
        ]
        assert send("campaign:CA-NEXT", readers=only) == {"teo@readers.example": "accepted"}


@time_machine.travel("2026-11-23 18:00Z", tick=True)
def test_a_child_for_whom_nobody_answers_gets_no_letter(child: Patient) -> None:
    Patient.objects.filter(pk=child.pk).update(responsible=None)
    assert send(readers=Reader.objects.filter(pk=child.reader_id)) == {}
    Patient.objects.filter(pk=child.pk).update(responsible=Patient.objects.exclude(pk=child.pk).get())
    queued = actions.start(
        dispatch=dispatch("campaign:CA-B", readers=Reader.objects.filter(pk=child.reader_id)), by=None
    )
    Patient.objects.exclude(pk=child.pk).update(status="deceased")
    sending.work()
    assert queued.messages.get().reason == "no_adult"


@pytest.fixture
def walter(house: Practice) -> Patient:
    return PatientFactory.create(reader=letter_reader(given_name="Walter", email="walter@readers.example"))


def test_one_act_stops_everything_that_is_queued_at_once(walter: Patient) -> None:
    queued = actions.start(dispatch=dispatch(), by=None)
    actions.put(letter(), to="walter@readers.example", occasion="reminder", reader=walter.reader, topic="visits")
    mark_deceased(patient=walter, by=None)
    run_due()
    assert set(Message.objects.values_list("state", "reason")) == {("skipped", "deceased")}
    sending.work()
    assert outbox.read() == []
    assert queued.counts()["skipped"] == 1


def test_even_before_the_news_is_told_nothing_leaves(walter: Patient) -> None:
    actions.start(dispatch=dispatch(), by=None)
    mark_deceased(patient=walter, by=None)
    sending.work()
    assert Message.objects.get().reason == "deceased"


def test_a_slip_of_the_finger_is_taken_back_and_what_waited_waits_again(walter: Patient) -> None:
    Patient.objects.filter(pk=walter.pk).update(status="inactive")
    actions.start(dispatch=dispatch(), by=None)
    actions.put(letter(), to="walter@readers.example", occasion="reminder", reader=walter.reader)
    mark_deceased(patient=walter, by=None)
    run_due()
    sending.work()
    mark_living(patient=walter, by=None)
    run_due()
    walter.refresh_from_db()
    assert walter.status == "inactive"
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}
    sending.work()
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    assert len(outbox.read()) == 2


def test_what_was_stopped_longer_ago_is_not_sent_any_more(walter: Patient) -> None:
    actions.start(dispatch=dispatch(), by=None)
    actions.put(letter(), to="walter@readers.example", occasion="reminder", reader=walter.reader)
    mark_deceased(patient=walter, by=None)
    run_due()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        run_due()
        assert not Message.objects.filter(content__isnull=False).exists()
        mark_living(patient=walter, by=None)
        run_due()
    assert set(Message.objects.values_list("state", flat=True)) == {"skipped"}


def test_a_slip_that_was_taken_back_first_stops_nothing(walter: Patient) -> None:
    actions.start(dispatch=dispatch(), by=None)
    mark_deceased(patient=walter, by=None)
    mark_living(patient=walter, by=None)
    run_due()
    assert Message.objects.get().state == "queued"


def test_what_others_at_the_mailbox_get_goes_to_them(walter: Patient) -> None:
    ruth = letter_reader(given_name="Ruth")
    shared_mailbox(walter.reader, ruth)
    actions.start(dispatch=dispatch(), by=None)
    mark_deceased(patient=walter, by=None)
    run_due()
    sending.work()
    assert Message.objects.get().reader_ids == [ruth.pk]
    (mail,) = outbox.read()
    assert mail.text.startswith("Hello Ruth,")


def test_a_discreet_reader_sees_no_name_of_the_practice_in_the_inbox(house: Practice) -> None:
    Courtesy.objects.create(practice=house, discreet_name="J. Row Studio")
    discreet = audience(2)[1]
    Reader.objects.filter(pk=discreet.pk).update(is_discreet=True)
    named = letter(
        subject="{practice_name|We} & you: news of " + house.legal_name,
        preheader=f"A tip from {house.sender_name} & more",
        html=f"<p>A tip from {house.sender_name} &amp; more</p><p>{house.legal_name}</p>",
        sender_name=house.sender_name,
    )
    send(letter=named)
    mails = {mail.to: mail for mail in outbox.read()}
    (theirs,) = [mail for to, mail in mails.items() if "reader1@" in to]
    (usual,) = [mail for to, mail in mails.items() if "reader0@" in to]
    assert house.sender_name in usual.sender
    assert house.legal_name in usual.subject
    assert "J. Row Studio" in theirs.sender
    assert theirs.subject == "J. Row Studio & you: news of J. Row Studio"
    assert "A tip from J. Row Studio &amp; more" in theirs.html
    assert house.legal_name in theirs.html
    for name in (house.name, house.legal_name, house.sender_name):
        assert name not in theirs.subject
        assert name not in theirs.sender


def test_a_single_message_is_discreet_too(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, discreet_name="J. Row Studio")
    Reader.objects.filter(pk=margaret_reads.pk).update(is_discreet=True)
    words = letter(subject=f"Your visit at {house.name}", sender_name=house.sender_name, html="", text="Hello")
    actions.put(words, to="margaret@readers.example", occasion="visit", reader=margaret_reads)
    sending.work()
    (mail,) = outbox.read()
    assert mail.subject == "Your visit at J. Row Studio"
    assert "J. Row Studio" in mail.sender


def test_where_the_practice_offers_no_discreet_name_its_own_stands(house: Practice, margaret_reads: Reader) -> None:
    Reader.objects.filter(pk=margaret_reads.pk).update(is_discreet=True)
    send()
    (mail,) = outbox.read()
    assert "Juniper Row Dental" in mail.sender


def test_the_outlook_says_why_something_would_not_come(house: Practice, margaret_reads: Reader) -> None:
    Courtesy.objects.create(practice=house, most_letters=1)
    agree(margaret_reads, purpose="treatment")
    Declined.objects.create(reader=margaret_reads, channel="email", topic="due")
    ContactPoint.objects.create(reader=margaret_reads, channel="sms", address="360-555-0150")
    assert policy.outlook(margaret_reads)["letter", "email"] == ""
    send()
    found = policy.outlook(margaret_reads)
    assert found["letter", "email"] == "capped"
    assert found["visits", "email"] == ""
    assert found["due", "email"] == "declined"
    assert found["letter", "sms"] == "objected"
    assert found["letter", "post"] == "no_address"


def test_the_outlook_asks_a_fixed_number_of_questions(
    margaret_reads: Reader, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        policy.outlook(margaret_reads)

"""Whom we may contact: every combination of what we know, asked of one reader and of all at once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from journal.models import Entry
from patients import actions, policy
from patients.models import Channel, Patient, Purpose, Reader, Suppression
from patients.segments import EVERYONE_WHO_GETS_LETTERS
from tests.factories.patients import ContactPointFactory, PatientFactory, ReaderFactory, agree, letter_reader
from tests.factories.practice import LocationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
EMAIL = Channel.EMAIL
STATUSES = ["", Patient.Status.ACTIVE, Patient.Status.DISMISSED, Patient.Status.DECEASED]
SUPPRESSIONS = ["", *Suppression.Reason.values]
WORDS = ["", "yes", "no"]
PAUSES = [None, 0, 1]


def expected(*, purpose: str, status: str, has_address: bool, shut: str, word: str, pause: int | None) -> str:
    """Say what ought to be answered, in the order in which it is told."""
    if status == "deceased":
        return "deceased"
    if not has_address:
        return "no_address"
    if purpose == "transactional":
        return "suppressed" if shut in {"hard_bounce", "stop", "deceased"} else ""
    if status == "dismissed":
        return "dismissed"
    if shut:
        return "suppressed"
    if pause is not None and pause > 0:
        return "paused"
    return "" if word == "yes" else "objected"


def somebody(*, purpose: str, status: str, has_address: bool, shut: str, word: str, pause: int | None) -> Reader:
    reader = ReaderFactory.create(email=None if has_address else "")
    if pause is not None:
        reader.paused_until = timezone.localdate() + timedelta(days=pause)
        reader.save(update_fields=["paused_until"])
    if status:
        PatientFactory.create(reader=reader, status=status)
    if shut and has_address:
        actions.suppress(channel=EMAIL, address=reader.address(), reason=shut, by=None)
    if word and purpose != Purpose.TRANSACTIONAL:
        agree(reader, purpose=purpose, is_given=word == "yes")
    return reader


@pytest.mark.parametrize("purpose", [Purpose.TRANSACTIONAL, Purpose.OWN_SERVICES])
def test_every_combination_is_answered_and_one_question_of_all_agrees(purpose: str) -> None:
    answers: dict[int, str] = {}
    wanted: dict[int, tuple[str, dict[str, Any]]] = {}
    for status, has_address, shut, word, pause in product(STATUSES, [True, False], SUPPRESSIONS, WORDS, PAUSES):
        if (shut and not has_address) or (pause == 0 and (status or shut)):
            continue
        case = {"status": status, "has_address": has_address, "shut": shut, "word": word, "pause": pause}
        reader = somebody(purpose=purpose, **case)
        answers[reader.pk] = policy.may_contact(reader, purpose=purpose)
        wanted[reader.pk] = (expected(purpose=purpose, **case), case)
    for pk, (answer, case) in wanted.items():
        assert answers[pk] == answer, case
    reachable = set(policy.contactable(EMAIL, purpose).values_list("pk", flat=True))
    assert reachable == {pk for pk, answer in answers.items() if not answer}


def test_a_yes_to_one_purpose_is_no_yes_to_another() -> None:
    reader = ReaderFactory.create()
    agree(reader, purpose=Purpose.TREATMENT)
    assert policy.may_contact(reader, purpose=Purpose.TREATMENT) == ""
    assert policy.may_contact(reader, purpose=Purpose.OWN_SERVICES) == "objected"
    assert policy.may_contact(reader, purpose=Purpose.THIRD_PARTY) == "objected"


def test_a_yes_to_mail_is_no_yes_to_text_messages() -> None:
    reader = ReaderFactory.create()
    ContactPointFactory.create(reader=reader, channel=Channel.SMS, address="360-555-0142")
    agree(reader)
    assert policy.may_contact(reader, channel=Channel.SMS, purpose=Purpose.OWN_SERVICES) == "objected"
    assert policy.may_contact(reader, channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES) == ""


def test_one_suppression_shuts_a_shared_mailbox_for_everybody() -> None:
    readers = [ReaderFactory.create(email="family@readers.example") for _ in range(2)]
    for reader in readers:
        agree(reader)
    actions.suppress(channel=EMAIL, address="Family@Readers.example", reason="complaint", by=None)
    assert [policy.may_contact(one, purpose=Purpose.OWN_SERVICES) for one in readers] == ["suppressed"] * 2


def test_suppressing_twice_for_like_reasons_is_once_and_the_first_stays() -> None:
    first = actions.suppress(channel=EMAIL, address="a@readers.example", reason="complaint", by=None)
    assert actions.suppress(channel=EMAIL, address="A@readers.example", reason="staff", by=None) == first
    assert Suppression.objects.get().reason == "complaint"


def test_a_dead_address_shuts_what_a_complaint_left_open() -> None:
    reader = ReaderFactory.create(email="a@readers.example")
    actions.suppress(channel=EMAIL, address="a@readers.example", reason="complaint", by=None)
    assert policy.may_contact(reader, purpose=Purpose.TRANSACTIONAL) == ""
    actions.suppress(channel=EMAIL, address="a@readers.example", reason="hard_bounce", by=None)
    assert policy.may_contact(reader, purpose=Purpose.TRANSACTIONAL) == "suppressed"
    actions.suppress(channel=EMAIL, address="a@readers.example", reason="staff", by=None)
    assert policy.may_contact(reader, purpose=Purpose.TRANSACTIONAL) == "suppressed"
    assert Suppression.objects.count() == 1
    assert Entry.objects.filter(verb="address.suppressed").count() == 2


def test_a_suppressed_address_is_kept_as_a_hash_alone() -> None:
    suppression = actions.suppress(channel=EMAIL, address="a@readers.example", reason="complaint", by=None)
    assert "readers" not in suppression.address_hash
    assert str(suppression) == "email complaint"


def test_a_death_stops_everything_at_once_and_is_told_once(rosa: Any, margaret_patient: Patient) -> None:
    from journal.models import Entry

    for _ in range(2):
        actions.mark_deceased(patient=margaret_patient, by=rosa)
    assert policy.may_contact(margaret_patient.reader, purpose=Purpose.TRANSACTIONAL) == "deceased"
    assert not policy.contactable(EMAIL, Purpose.OWN_SERVICES).exists()
    assert Entry.objects.filter(verb="patient.deceased").count() == 1


def test_everyone_who_gets_letters_are_patients_households_and_subscribers() -> None:
    readers = {kind: ReaderFactory.create(kind=kind) for kind in Reader.Kind.values}
    for reader in readers.values():
        agree(reader)
    found = set(EVERYONE_WHO_GETS_LETTERS.readers())
    assert found == {readers["patient"], readers["household"], readers["subscriber"]}


def test_the_question_of_all_is_one_query_beside_what_day_it_is(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        list(policy.contactable(EMAIL, Purpose.OWN_SERVICES))


@pytest.mark.parametrize(("zone", "why"), [("Pacific/Honolulu", "paused"), ("America/Los_Angeles", "")])
def test_a_break_ends_at_midnight_where_the_practice_is(zone: str, why: str) -> None:
    LocationFactory.create(time_zone=zone, is_main=True)
    reader = letter_reader(paused_until=date(2026, 11, 23))
    with time_machine.travel("2026-11-23 08:30Z", tick=False):  # 10:30 PM of the 22nd in Honolulu, past midnight here
        assert policy.may_contact(reader, purpose=Purpose.OWN_SERVICES) == why
        assert policy.contactable(EMAIL, Purpose.OWN_SERVICES).exists() is not bool(why)

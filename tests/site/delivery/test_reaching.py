"""Whom a letter would reach is counted as the sending judges it, whoever has enough and whatever they share."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import actions
from delivery.models import Message
from delivery.policy import verdicts
from delivery.reaching import Reach, reach
from patients.models import AtMost, Channel, ContactPoint, Patient, Reader
from patients.policy import contactable
from practice.courtesy import Courtesy
from practice.models import Practice
from tests.factories.delivery import dispatch, letter, shared_mailbox
from tests.factories.patients import PatientFactory, ReaderFactory, letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MAILBOXES = 3
LIVES = st.lists(
    st.fixed_dictionaries(
        {
            "mailbox": st.sampled_from(range(MAILBOXES)),
            "at_most": st.sampled_from(["", AtMost.MONTH, AtMost.QUARTER]),
            "child_of": st.sampled_from([None, None, 0, 1]),
        }
    ),
    min_size=2,
    max_size=6,
)
EARLIER = st.lists(
    st.fixed_dictionaries(
        {
            "to": st.lists(st.integers(0, 5), min_size=1, max_size=4),
            "days_ago": st.sampled_from([0, 3, 29, 31, 70, 120]),
            "topic": st.sampled_from(["letter", "letter", "question", ""]),
            "purpose": st.sampled_from(["own_services", "own_services", "transactional"]),
            "state": st.sampled_from(["accepted", "accepted", "unknown", "failed", "skipped"]),
            "is_test": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=12,
)


def to_all() -> Reach:
    return reach(Channel.EMAIL, contactable(Channel.EMAIL, "own_services", "letter"))


def living(lives: list[dict[str, Any]]) -> list[Reader]:
    """Return people as they were drawn: adults with an address each, and children without one."""
    people: list[Reader] = []
    for life in lives:
        adults = [one for one in people if not hasattr(one, "is_child")]
        if life["child_of"] is not None and life["child_of"] < len(adults):
            one = ReaderFactory.create(kind=Reader.Kind.PATIENT, email="", at_most=life["at_most"])
            PatientFactory.create(reader=one, born_on=date(2015, 1, 1), responsible=adults[life["child_of"]].patient)
            one.is_child = True
        else:
            one = letter_reader(kind=Reader.Kind.PATIENT, at_most=life["at_most"], email="")
            ContactPoint.objects.create(reader=one, channel="email", address=f"box{life['mailbox']}@readers.example")
            PatientFactory.create(reader=one)
        people.append(one)
    return people


def mailbox_of(reader: Reader) -> ContactPoint:
    """Return where a reader's letters go: a child's to the adult who answers for them."""
    behind = reader.patient.responsible
    return ContactPoint.objects.get(reader=behind.reader if behind else reader)


def wrote(people: list[Reader], earlier: list[dict[str, Any]]) -> None:
    """Write earlier letters into the ledger, each to one mailbox, for those of its people who were drawn."""
    for number, one in enumerate(earlier):
        first, *more = [people[n % len(people)] for n in one["to"]]
        point = mailbox_of(first)
        others = {other.pk for other in more if mailbox_of(other).address_hash == point.address_hash} - {first.pk}
        Message.objects.create(
            reader=first,
            also=sorted(others),
            purpose=one["purpose"],
            topic=one["topic"],
            state=one["state"],
            reason="no" if one["state"] in {"failed", "skipped"} else "",
            is_test=one["is_test"],
            address=point.address,
            address_hash=point.address_hash,
            occasion=f"earlier:{number}",
            message_id=f"earlier{number}@juniper-row.example",
            next_try_at=None,
            settled_at=timezone.now() - timedelta(days=one["days_ago"]),
        )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=LIVES, earlier=EARLIER, most=st.sampled_from([1, 2, 4]))
def test_the_count_is_what_the_sending_would_do(
    db: None, practice: Practice, lives: list[dict[str, Any]], earlier: list[dict[str, Any]], most: int
) -> None:
    for model in (Message, Patient, ContactPoint):
        model.objects.all().delete()
    Reader.objects.filter(kind=Reader.Kind.PATIENT).update(kind=Reader.Kind.FORMER)
    Courtesy.objects.update_or_create(practice=practice, defaults={"most_letters": most})
    people = living(lives)
    wrote(people, earlier)
    counted = to_all()
    sent = dispatch(f"campaign:{timezone.now().isoformat()}", readers=contactable("email", "own_services", "letter"))
    judged = verdicts(sent.messages.all())
    reached = [pk for verdict in judged.values() for pk in verdict.concerns]
    meant = Counter(pk for message in judged for pk in message.reader_ids)
    assert counted.people == len(reached)
    assert counted.letters == sum(1 for verdict in judged.values() if verdict.readers)
    assert counted.people + counted.enough + counted.capped == meant.total()
    if not counted.capped:
        assert counted.enough == meant.total() - len(reached)


def test_one_who_has_enough_and_a_full_mailbox_are_told_apart(house: Practice) -> None:
    Courtesy.objects.create(practice=house, most_letters=2)
    wishes, is_full, both, _new = (letter_reader(email=f"reader{n}@readers.example") for n in range(4))
    Reader.objects.filter(pk__in=[wishes.pk, both.pk]).update(at_most=AtMost.MONTH)
    people = [wishes, is_full, both]
    for reader, letters in zip(people, (1, 2, 2), strict=True):
        for n in range(letters):
            wrote_to(reader, f"{reader.pk}:{n}")
    assert to_all() == Reach(people=1, letters=1, enough=2, capped=1)


def wrote_to(reader: Reader, occasion: str) -> None:
    point = reader.contact_points.get()
    Message.objects.create(
        reader=reader,
        purpose="own_services",
        topic="letter",
        state="accepted",
        address=point.address,
        address_hash=point.address_hash,
        occasion=occasion,
        message_id=f"{occasion}@juniper-row.example",
        next_try_at=None,
        settled_at=timezone.now(),
    )


def test_a_shared_mailbox_is_one_letter_for_those_who_do_not_have_enough(house: Practice) -> None:
    ruth, teo = (letter_reader(email=f"reader{n}@readers.example") for n in range(2))
    shared_mailbox(ruth, teo)
    Reader.objects.filter(pk=ruth.pk).update(at_most=AtMost.QUARTER)
    actions.put(letter(), to="home@readers.example", occasion="a", reader=ruth, purpose="own_services")
    Message.objects.update(state="accepted", next_try_at=None, settled_at=timezone.now())
    assert to_all() == Reach(people=1, letters=1, enough=1)


@pytest.mark.parametrize(
    ("changes", "enough"),
    [
        ({}, 1),
        ({"topic": "question"}, 0),
        ({"purpose": "transactional"}, 0),
        ({"state": "failed", "reason": "no such mailbox"}, 0),
        ({"is_test": True}, 0),
        ({"settled_at": timezone.now() - timedelta(days=32)}, 0),
    ],
)
def test_only_letters_of_this_month_that_left_are_enough(house: Practice, changes: dict[str, Any], enough: int) -> None:
    reader = letter_reader(at_most=AtMost.MONTH)
    wrote_to(reader, "earlier")
    Message.objects.update(**changes)
    assert to_all() == Reach(people=1 - enough, letters=1 - enough, enough=enough)


@pytest.mark.parametrize("shares", [False, True])
def test_a_letter_for_a_child_is_enough_for_the_adult_behind_it(house: Practice, shares: bool) -> None:
    adult, other = letter_reader(kind=Reader.Kind.PATIENT, at_most=AtMost.MONTH), letter_reader()
    child = ReaderFactory.create(kind=Reader.Kind.PATIENT, email="")
    behind = PatientFactory.create(reader=adult)
    PatientFactory.create(reader=child, born_on=date(2015, 1, 1), responsible=behind)
    if shares:
        shared_mailbox(adult, other)
    wrote_to(adult, "earlier")
    Message.objects.update(reader=other if shares else child, also=[child.pk] if shares else [])
    assert to_all() == Reach(people=1, letters=1, enough=2)  # the adult, and the child whose letters come to them


def test_to_nobody_is_to_nobody(house: Practice) -> None:
    assert to_all() == Reach()

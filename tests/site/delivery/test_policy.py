"""Asking for a whole batch says what asking for one says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import policy
from delivery.models import Message
from patients.actions import suppress
from patients.models import Patient, Purpose, Reader, Suppression
from patients.policy import may_contact
from tests.factories.delivery import audience
from tests.factories.patients import PatientFactory, agree, letter_reader

pytestmark = pytest.mark.django_db

ONE_LIFE = st.fixed_dictionaries(
    {
        "status": st.sampled_from([None, *Patient.Status.values]),
        "suppression": st.sampled_from([None, *Suppression.Reason.values]),
        "pause": st.sampled_from([None, -1, 0, 1]),
        "consent": st.sampled_from([None, True, False]),
        "has_address": st.booleans(),
    }
)


def live(number, life):
    """Return a reader whose life went so."""
    address = f"life{number}@readers.example"
    reader = letter_reader(given_name=f"Life{number}", email=address)
    if life["consent"] is not True:
        reader.consents.standing().update(superseded_at=timezone.now())
    if life["consent"] is False:
        agree(reader, is_given=False)
    if life["status"]:
        PatientFactory.create(reader=reader, status=life["status"])
    if life["suppression"]:
        suppress(channel="email", address=address, reason=life["suppression"], by=None)
    if life["pause"] is not None:
        reader.paused_until = timezone.localdate() + timedelta(days=life["pause"])
        reader.save()
    point = reader.contact_points.get()
    if not life["has_address"]:
        point.delete()
    return reader, point


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ONE_LIFE, min_size=1, max_size=6), st.sampled_from(["own_services", "treatment"]))
def test_a_batch_is_judged_as_each_of_its_messages(db, lives, purpose):
    messages, expected = [], []
    for life in lives:
        reader, point = live(Reader.objects.count(), life)
        messages.append(Message(reader=reader, purpose=purpose, address=point.address, address_hash=point.address_hash))
        expected.append(may_contact(reader, purpose=purpose))
    found = [verdict.reason for verdict in policy.verdicts(messages).values()]
    # both name one of the reasons that hold; that there is one is what counts
    assert [bool(reason) for reason in found] == [bool(reason) for reason in expected]
    assert [policy.may_send(reader=m.reader, address=m.address, purpose=purpose) == "" for m in messages] == [
        not shut_by_address(m) and reason in {"", "no_address"} for m, reason in zip(messages, expected, strict=True)
    ]


def shut_by_address(message):
    return Suppression.objects.filter(address_hash=message.address_hash).exists()


@pytest.mark.both
def test_a_batch_is_judged_in_nine_questions(django_assert_num_queries):
    readers = audience(20)
    messages = [
        Message(reader=reader, purpose=Purpose.OWN_SERVICES, address_hash=reader.contact_points.get().address_hash)
        for reader in readers
    ]
    with django_assert_num_queries(9):
        judged = policy.verdicts(messages)
    assert all(verdict.readers for verdict in judged.values())
    with django_assert_num_queries(0):
        assert policy.verdicts([]) == {}


@pytest.mark.parametrize(
    ("reason", "transactional", "letter"),
    [
        ("hard_bounce", "suppressed", "suppressed"),
        ("stop", "suppressed", "suppressed"),
        ("deceased", "suppressed", "suppressed"),
        ("complaint", "", "suppressed"),
        ("staff", "", "suppressed"),
    ],
)
def test_what_an_address_refuses_is_refused_whoever_reads_it(reason, transactional, letter):
    suppress(channel="email", address="Desk@Offices.example", reason=reason, by=None)
    for purpose, expected in (("transactional", transactional), ("own_services", letter)):
        assert policy.may_send(reader=None, address="desk@offices.example", purpose=purpose) == expected

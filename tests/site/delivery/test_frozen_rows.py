"""What the database freezes is what plain Python would write, row by row, whoever shares what with whom."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from delivery import audiences, freezing, ledger, rendering
from delivery.audiences import Asked
from delivery.models import Dispatch, Freezing, Message
from patients import policy, topics
from patients.models import Channel, ContactPoint, Patient, Purpose, Reader
from patients.policy import Contactable
from practice import clocks
from tests.factories.patients import ReaderFactory, agree

pytestmark = [pytest.mark.django_db, pytest.mark.both]
BIRTHS = st.sampled_from([None, date(1955, 3, 14), date(2020, 2, 29)])
PERSON = st.tuples(
    st.sampled_from(["", "a", "b", "c", "own"]),  # at which mailbox
    BIRTHS,
    st.none() | st.integers(0, 7),  # who answers for them
    st.sampled_from(["en", "es"]),
    st.sampled_from(["active", "active", "moved", "deceased"]),
    st.sampled_from(["yes", "yes", "no", "unasked"]),
    st.booleans(),  # whether the question is about them
)
SIZE = st.sampled_from([1, 2, 3, 7, 1000])
type Rows = set[tuple[Any, ...]]


def people(told: list[tuple[Any, ...]]) -> list[Patient]:
    """Make the people of a drawing; who answers for whom is told by places, and nobody answers for themselves."""
    made = []
    for number, (mailbox, born_on, _who, language, status, said, _is_meant) in enumerate(told):
        mail = f"{mailbox}{number if mailbox == 'own' else ''}@readers.example" if mailbox else ""
        reader = ReaderFactory.create(email=mail, language=language, kind=Reader.Kind.PATIENT)
        made.append(Patient.objects.create(reader=reader, born_on=born_on, status=status))
        if said != "unasked":
            agree(reader, is_given=said == "yes")
    for place, (patient, line) in enumerate(zip(made, told, strict=True)):
        if line[2] is not None and line[2] < len(made) and line[2] != place:
            patient.responsible = made[line[2]]
            patient.save()
    return made


def is_child(patient: Patient) -> bool:
    return patient.born_on is not None and patient.born_on > policy.comes_of_age(clocks.today())


def in_plain_words(readers: set[int], occasion: str) -> Rows:
    """Return the rows of an audience, as one would write them by hand: the twin of the freezing."""
    letters = []
    for pk in readers:
        one = Patient.objects.select_related("responsible").get(reader=pk)
        whom = one.responsible if is_child(one) else one
        if whom is None or is_child(whom):
            continue
        for point in ContactPoint.objects.filter(reader=whom.reader_id, channel=Channel.EMAIL, is_primary=True):
            letters.append((point.address_hash, pk, point.address, point.reader.language))
    rows: Rows = set()
    for digest, group in groupby(sorted(letters), key=lambda letter: letter[0]):
        (_digest, first, address, language), *others = group
        name = ledger.message_id(occasion, digest, rendering.sender().domain)
        rows.add((first, tuple(other[1] for other in others), language, address, digest, name))
    return rows


def frozen(readers: Any, first: int = freezing.FIRST, size: int = freezing.SLICE) -> tuple[Dispatch, Rows]:
    dispatch = Dispatch.objects.create(
        occasion=f"sliced:{uuid.uuid4()}", purpose=Purpose.OWN_SERVICES, topic=topics.LETTER.name, letter={}
    )
    audiences.answer("sliced", lambda _dispatch: Asked(readers))
    with patch.multiple(freezing, FIRST=first, SLICE=size):
        freezing.begin(dispatch, Asked(readers))
        freezing.freeze_all(dispatch)
    assert dispatch.frozen_at is not None
    assert not Freezing.objects.exists()
    rows = {
        (one.reader_id, tuple(one.also), one.language, one.address, one.address_hash, one.message_id)
        for one in dispatch.messages.all()
    }
    assert dispatch.letters == len(rows) == dispatch.messages.count()
    return dispatch, rows


@pytest.mark.both
class Frozen(TestCase):
    """Any crowd with children, households and mailboxes that several share."""

    @given(told=st.lists(PERSON, max_size=8), first=SIZE, size=SIZE)
    @settings(max_examples=25, deadline=None)
    def test_an_audience_is_frozen_as_one_would_write_it_by_hand(
        self, told: list[tuple[Any, ...]], first: int, size: int
    ) -> None:
        made = people(told)
        meant = {patient.reader_id for patient, line in zip(made, told, strict=True) if line[-1]}
        dispatch, rows = frozen(Reader.objects.filter(pk__in=meant), first, size)
        assert rows == in_plain_words(meant, dispatch.occasion)

    @given(told=st.lists(PERSON, max_size=8), first=SIZE, size=SIZE)
    @settings(max_examples=25, deadline=None)
    def test_whom_we_may_write_to_is_frozen_the_same_from_two_questions(
        self, told: list[tuple[Any, ...]], first: int, size: int
    ) -> None:
        made = people(told)
        meant = {patient.reader_id for patient, line in zip(made, told, strict=True) if line[-1]}
        both = policy.adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES, topics.LETTER.name)
        allowed = set(both.together().filter(pk__in=meant).values_list("pk", flat=True))
        dispatch, rows = frozen(both.among(Reader.objects.filter(pk__in=meant).values("pk")), first, size)
        assert rows == in_plain_words(allowed, dispatch.occasion)
        assert isinstance(both, Contactable)


def test_a_frozen_row_is_what_saving_it_would_have_written(location: Any) -> None:
    reader = ReaderFactory.create(email="ann@readers.example")
    now = timezone.now()
    dispatch, _rows = frozen(Reader.objects.all())
    row = dispatch.messages.get()
    plain = Message(
        pk=row.pk,
        dispatch=dispatch,
        reader=reader,
        purpose=dispatch.purpose,
        topic=dispatch.topic,
        address="ann@readers.example",
        address_hash=reader.contact_points.get().address_hash,
        message_id=ledger.message_id(dispatch.occasion, row.address_hash, rendering.sender().domain),
        content=None,
        next_try_at=row.next_try_at,
        queued_at=row.queued_at,
    )
    fields = [field.attname for field in Message._meta.concrete_fields]
    assert {name: getattr(row, name) for name in fields} == {name: getattr(plain, name) for name in fields}
    assert abs(row.queued_at - now) < timedelta(minutes=1)


def test_ids_rise_and_name_their_messages(location: Any) -> None:
    for _ in range(20):
        ReaderFactory.create()
    first, _rows = frozen(Reader.objects.all())
    second, _rows = frozen(Reader.objects.all())
    rows = [*first.messages.order_by("pk"), *second.messages.order_by("pk")]
    assert len({row.pk for row in rows}) == len({row.ref for row in rows}) == 40
    assert {row.pk.version for row in rows} == {7}
    assert {row.pk.variant for row in rows} == {uuid.RFC_4122}
    assert all(re.fullmatch("MS-[0-9A-HJKMNP-TV-Z]{26}", row.ref) for row in rows)
    assert [Message.objects.named(row.ref).get() for row in rows] == rows


@pytest.mark.parametrize("ref", ["", "MS-", "MS-7K2M", "MS-0123456789ABCDEF0123", f"MS-{'Z' * 26}", f"XX-{'0' * 26}"])
def test_a_name_that_is_none_finds_nobody(ref: str) -> None:
    assert not Message.objects.named(ref).exists()


def test_nobody_is_nobody(location: Any) -> None:
    assert frozen(Reader.objects.none())[1] == set()

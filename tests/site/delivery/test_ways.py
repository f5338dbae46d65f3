"""A letter in several ways: each row of the ledger bears the way that its people meet, and is sent as that."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import groupby
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from delivery import actions, audiences, freezing, outbox, sending
from delivery.audiences import Asked
from delivery.envelope import Letter
from delivery.models import Dispatch, Variant
from delivery.ways import MARKS, Ways, parted
from patients import policy, topics
from patients.models import Channel, ContactPoint, Patient, Purpose, Reader
from patients.segments import Person, compiled, holds, parse
from practice import clocks
from tests.factories import delivery as make
from tests.factories.patients import letter_reader
from tests.site.delivery.test_frozen_rows import PERSON, SIZE, is_child, people

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LINES: list[dict[str, Any]] = [
    {"ask": "language", "how": "is", "among": ["es"]},
    {"ask": "status", "how": "is", "among": ["active"]},
    {"ask": "age", "how": "at_least", "years": 60},
    {"ask": "age", "how": "under", "years": 18},
    {"ask": "consent", "how": "yes", "channel": "email", "purpose": "own_services"},
    {"ask": "consent", "how": "unasked", "channel": "email", "purpose": "own_services"},
    {"ask": "next_visit", "how": "unbooked"},
    {"ask": "household", "how": "answers"},
    {"ask": "household", "how": "depends"},
]
GROUPS = st.builds(
    lambda match, lines: {"match": match, "parts": lines},
    st.sampled_from(["all", "any", "none"]),
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3),
)


def twin(meant: set[int], trees: dict[str, Any]) -> dict[str, str]:
    """Return the way of each address, as one would reckon it by hand, person by person."""
    letters = []
    for pk in meant:
        one = Patient.objects.select_related("responsible").get(reader=pk)
        whom = one.responsible if is_child(one) else one
        if whom is None or is_child(whom):
            continue
        marks = {mark for mark, tree in trees.items() if holds(tree, Person(one.reader))}
        for point in ContactPoint.objects.filter(reader=whom.reader_id, channel=Channel.EMAIL, is_primary=True):
            letters.append((point.address_hash, pk, point.reader.language, marks))
    found = {}
    for digest, group in groupby(sorted(letters, key=lambda one: one[:2]), key=lambda one: one[0]):
        lines = list(group)
        marks = set().union(*(line[3] for line in lines))
        found[digest] = "".join(sorted(marks)) + (".es" if lines[0][2] == "es" else "")
    return found


@pytest.mark.both
class InTheDatabase(TestCase):
    """Any crowd with children and shared mailboxes, and any rules."""

    @given(told=st.lists(PERSON, max_size=8), raws=st.lists(GROUPS, max_size=4), first=SIZE, size=SIZE)
    @settings(max_examples=40, deadline=None)
    def test_each_row_bears_the_way_that_one_would_reckon_by_hand(
        self, told: list[Any], raws: list[Any], first: int, size: int
    ) -> None:
        made = people(told)
        meant = {patient.reader_id for patient, line in zip(made, told, strict=True) if line[-1]}
        both = policy.adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES, topics.LETTER.name)
        allowed = set(both.together().filter(pk__in=meant).values_list("pk", flat=True))
        trees = dict(zip(MARKS, map(parse, raws), strict=False))
        ways = Ways({mark: compiled(tree) for mark, tree in trees.items()}, frozenset({"es"}))
        audience = both.among(Reader.objects.filter(pk__in=meant).values("pk"))
        dispatch = Dispatch.objects.create(
            occasion=f"sliced:{uuid.uuid4()}", purpose=Purpose.OWN_SERVICES, topic=topics.LETTER.name, letter={}
        )
        asked = Asked(audience, ways, written)
        audiences.answer("sliced", lambda _dispatch: asked)
        with patch.multiple(freezing, FIRST=first, SLICE=size):
            freezing.begin(dispatch, asked)
            freezing.freeze_all(dispatch)
        names = set(dispatch.messages.exclude(variant="").values_list("variant", flat=True))
        assert set(dispatch.variants.values_list("name", flat=True)) == names
        rows = dict(dispatch.messages.values_list("address_hash", "variant"))
        assert rows == twin(allowed, trees)


def rule(*lines: dict[str, Any]) -> Any:
    return compiled(parse({"match": "all", "parts": list(lines)}))


ES = {"ask": "language", "how": "is", "among": ["es"]}
CHILDREN = {"ask": "age", "how": "under", "years": 18}


def written(name: str) -> Letter:
    return make.letter(subject=f"Written as {name}")


def in_ways(**attributes: Any) -> Dispatch:
    given = {"ways": Ways({"A": rule(ES), "B": rule(CHILDREN)}), "written": written, **attributes}
    return make.dispatch(**given)


def test_a_shared_mailbox_gets_what_any_of_its_people_meets(house: Any) -> None:
    ann, ben = letter_reader(given_name="Ann", language="en"), letter_reader(given_name="Ben", language="es")
    make.shared_mailbox(ann, ben)
    assert in_ways().messages.get().variant == "A"


def test_a_letter_about_a_child_goes_to_the_adult_as_the_child_meets_it(house: Any) -> None:
    adult = Patient.objects.create(reader=letter_reader(given_name="Ada"), born_on=date(1980, 1, 1))
    child = Reader.objects.create(given_name="Cleo", kind=Reader.Kind.PATIENT)
    Patient.objects.create(reader=child, born_on=clocks.today().replace(day=1, year=2020), responsible=adult)
    row = in_ways(readers=Reader.objects.filter(pk=child.pk)).messages.get()
    assert (row.reader, row.address, row.variant) == (child, adult.reader.contact_points.get().address, "B")


def test_only_the_ways_that_occur_are_written_and_each_once(house: Any) -> None:
    for language in ("en", "es", "es"):
        letter_reader(language=language)
    asked: list[str] = []

    def write(name: str) -> Letter:
        asked.append(name)
        return written(name)

    dispatch = in_ways(written=write)
    assert asked == ["A"]
    assert [variant.name for variant in dispatch.variants.all()] == ["A"]
    assert str(dispatch.variants.get()) == "A"
    assert dispatch.letter_in("A")["subject"] == "Written as A"
    assert dispatch.letter_in("") == make.letter().as_json()


def test_everybody_is_sent_the_letter_in_their_own_way(house: Any) -> None:
    letter_reader(email="en@readers.example", language="en", given_name="Ann")
    letter_reader(email="es@readers.example", language="es")
    dispatch = in_ways()
    actions.start(dispatch=dispatch, by=None)
    assert sending.work() == 2
    subjects = {mail.to.split("<")[-1].rstrip(">"): mail.subject for mail in outbox.read()}
    assert subjects == {"en@readers.example": "For you, Ann", "es@readers.example": "Written as A"}


def test_a_batch_asks_for_its_letters_once_however_many_ways_there_are(house: Any) -> None:
    for language in ("en", "es", "es", "en"):
        letter_reader(language=language)
    dispatch = in_ways(ways=Ways({"A": rule(ES)}, frozenset({"es"})))
    actions.start(dispatch=dispatch, by=None)
    with CaptureQueriesContext(connection) as asked:
        sending.work()
    assert len([one for one in asked if Variant._meta.db_table in one["sql"]]) == 1


def test_a_way_says_by_its_name_what_it_is() -> None:
    assert parted("AC.es") == ({"A", "C"}, "es")
    assert parted("") == (frozenset(), "")

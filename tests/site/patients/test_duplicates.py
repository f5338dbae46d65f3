"""Records that may be one person are found in small blocks, and whoever was told apart stays so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from journal.reacting import run_due
from patients import duplicates, editing, nicknames
from patients.duplicates import Sketch
from patients.models import Channel, ContactPoint, DuplicateSearch, LookAlike, Patient
from patients.tasks import find_duplicates
from tests.factories.patients import PatientFactory
from vault import ids

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = date(1955, 1, 22)


def somebody(given: str, family: str, born: date | None = DAY, *, phone: str = "", email: str = "") -> Patient:
    patient = PatientFactory.create(
        reader__given_name=given, reader__family_name=family, reader__email=email, born_on=born
    )
    if phone:
        ContactPoint.objects.create(reader=patient.reader, channel=Channel.SMS, address=phone)
    return Patient.objects.get(pk=patient.pk)


def sketch(given: str, family: str, born: date | None = DAY, *hashes: str) -> Sketch:
    return Sketch(ids.uuid7(), given, family, born, frozenset(hashes))


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        (sketch("margaret", "ellison"), sketch("margaret", "ellison"), True),
        (sketch("margaret", "ellison"), sketch("peggy", "ellison"), True),
        (sketch("margaret", "ellison"), sketch("margret", "elison"), True),
        (sketch("margaret", "ellison", None, "a"), sketch("margaret", "ellison", None, "a"), True),
        (sketch("margaret", "ellison", DAY, "a"), sketch("margaret", "brandt", DAY, "a"), True),
        (sketch("margaret", "ellison", DAY, "a"), sketch("walter", "ellison", DAY, "a"), False),  # twins
        (
            sketch("margaret", "ellison", DAY, "a"),
            sketch("margaret", "ellison", date(1985, 4, 5), "a"),
            False,
        ),  # a child
        (sketch("margaret", "ellison"), sketch("walter", "brandvold"), False),
        (sketch("margaret", "ellison", None), sketch("margaret", "ellison", None), False),
        (sketch("", "", None, "a"), sketch("", "", None, "a"), False),
    ],
)
def test_what_speaks_for_one_person(one: Sketch, other: Sketch, are_alike: bool) -> None:
    score, signs = duplicates.compare(one, other)
    assert (score >= duplicates.ENOUGH) is are_alike
    assert duplicates.compare(other, one) == (score, signs)
    assert set(signs) <= set(duplicates.SIGNS)


def test_names_for_each_other() -> None:
    assert nicknames.are_one("peggy", "margaret")
    assert nicknames.are_one("mary ann", "mary")
    assert not nicknames.are_one("margaret", "walter")
    assert not nicknames.are_one("", "")


def test_pairs_are_found_whatever_they_share(db: None) -> None:
    somebody("Margaret", "Ellison", phone="360-555-0133")
    somebody("Peggy", "Ellison")
    somebody("Margaret", "Ellison", None, phone="360-555-0133")
    somebody("Walter", "Brandvold", date(1960, 2, 3), phone="360-555-0133")
    assert duplicates.go_on() == 4
    pairs = {frozenset((str(pair.first), str(pair.second))) for pair in LookAlike.objects.all()}
    assert pairs == {frozenset({"Margaret Ellison", "Peggy Ellison"}), frozenset({"Margaret Ellison"})}


def test_the_search_goes_on_where_it_stopped(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "AT_ONCE", 2)
    for number in range(5):
        somebody("Margaret", f"Family{number}")
    assert duplicates.go_on(most=2) == 2
    assert duplicates.go_on() == 3
    assert duplicates.go_on() == 0
    twin = somebody("Margaret", "Family0")
    find_duplicates()
    assert DuplicateSearch.objects.get().up_to == twin.pk
    assert LookAlike.objects.get().second_id == twin.pk


def test_a_second_look_finds_nothing_twice(db: None) -> None:
    pks = [somebody("Margaret", "Ellison").pk, somebody("Peggy", "Ellison").pk]
    assert duplicates.look_at(pks) == duplicates.look_at(pks) == 1
    assert LookAlike.objects.count() == 1


def test_whoever_was_told_apart_stays_so(rosa: User) -> None:
    one, other = somebody("Margaret", "Ellison"), somebody("Peggy", "Ellison")
    duplicates.look_at([one.pk])
    duplicates.tell_apart(pair=LookAlike.objects.get(), by=rosa)
    duplicates.look_at([one.pk, other.pk])
    assert LookAlike.objects.get().told_apart_at is not None


def test_a_changed_record_is_compared_anew(rosa: User) -> None:
    one = somebody("Margaret", "Ellison")
    somebody("Peggy", "Ellison", date(1990, 1, 1))
    editing.edit(patient=one, by=rosa, born_on=date(1990, 1, 1))
    run_due()
    assert LookAlike.objects.count() == 1
    editing.edit(patient=one, by=rosa, born_on=DAY)
    run_due()
    assert not LookAlike.objects.exists()


def test_a_number_that_a_whole_home_shares_makes_no_pairs(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_IN_A_BLOCK", 3)
    for number in range(5):
        somebody("Margaret", f"Ellison{number}"[:8], None, phone="360-555-0100")
    duplicates.go_on()
    assert not LookAlike.objects.exists()


def test_a_birth_date_that_stands_for_nobody_knows_makes_no_pairs(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_OF_A_DAY", 3)
    for _number in range(5):
        somebody("Margaret", "Ellison", date(1900, 1, 1))
    duplicates.go_on()
    assert not LookAlike.objects.exists()


def test_the_search_lets_others_have_their_turn(db: None) -> None:
    somebody("Margaret", "Ellison")
    assert duplicates.go_on(seconds=0) == 0
    assert duplicates.go_on() == 1


def test_the_search_asks_the_same_number_of_questions_for_many(db: None, django_assert_max_num_queries: Any) -> None:
    for number in range(40):
        somebody("Margaret", chr(97 + number % 26) * (3 + number // 26), phone=f"360-555-01{number:02}")
    with django_assert_max_num_queries(20):
        duplicates.go_on()

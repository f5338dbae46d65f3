"""Two records become one without loss, and the same is taken back, row by row."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from journal.models import Entry
from patients import facts, merging, records
from patients.editing import Refused, Stale
from patients.models import (
    Basis,
    Channel,
    Consent,
    ContactPoint,
    LookAlike,
    Merge,
    Patient,
    PatientStatus,
    Purpose,
    Reader,
    ReaderKind,
)
from patients.records import Person
from practice.follow_ups import FollowUp
from practice.models import Location
from referral_portal.cases.models import Case
from tests.factories import people
from tests.factories.patients import PatientFactory, agree

pytestmark = pytest.mark.django_db

UNTOUCHED = ("journal.Entry", "journal.Reaction", "patients.Merge", "patients.Consent")


@pytest.fixture
def pair(location: Location) -> tuple[Patient, Patient]:
    """Return two records of one person, each with something in every room."""
    first = people.whole("firstword", location, phone="360-555-0133", seen=people.long_ago(400))
    second = people.whole("secondword", location, phone="360-555-0144", seen=people.long_ago(200))
    facts.refresh([first.pk, second.pk])
    return Patient.objects.get(pk=first.pk), Patient.objects.get(pk=second.pk)


def answers(*patients: Patient) -> dict[Any, Any]:
    rows = Consent.objects.standing().filter(reader__in=[one.reader_id for one in patients])
    return {(row.reader_id, row.channel, row.purpose): (row.is_given, row.basis) for row in rows}


def test_the_one_who_stands_has_everything_of_both(pair: tuple[Patient, Patient], rosa: User) -> None:
    survivor, gone = pair
    merging.merge(survivor=survivor, gone=gone, by=rosa)
    survivor.refresh_from_db()
    person = Person.of(survivor)
    counted = records.timeline(person, tab=None, before=None, limit=100).counts
    assert person.refs == (survivor.ref, gone.ref)
    assert counted[records.Tab.VISITS] == counted[records.Tab.CASES] == counted[records.Tab.REFERRALS] == 2
    assert counted[records.Tab.NOTES] == 3  # two notes, and the older notes of the one who went
    assert {point.address for point in survivor.reader.contact_points.all()} == {
        *("firstword@readers.example", "secondword@readers.example", "+13605550133", "+13605550144")
    }
    assert survivor.reader.contact_points.filter(is_primary=True).count() == 2
    assert survivor.spent_cents == 24_000
    assert survivor.usual_interval_days == 200
    assert FollowUp.objects.filter(concerns=survivor.journal_name).count() == 2
    assert Case.objects.filter(patient=survivor).count() == 2
    assert not Patient.objects.filter(ref=gone.ref).exists()
    left = Reader.objects.get(pk=gone.reader_id)
    assert (left.kind, left.merged_into_id, str(left.given_name)) == (ReaderKind.FORMER, survivor.reader_id, "")


def test_taking_it_back_leaves_every_row_as_it_was(pair: tuple[Patient, Patient], rosa: User) -> None:
    before, stood = people.every_row(but=UNTOUCHED), answers(*pair)
    merge = merging.merge(survivor=pair[0], gone=pair[1], by=rosa, chosen=["given_name", "born_on"])
    assert people.every_row(but=UNTOUCHED) != before
    merging.unmerge(merge=merge, by=rosa)
    assert people.every_row(but=UNTOUCHED) == before
    assert answers(*pair) == stood


PERSON = st.fixed_dictionaries(
    {
        "given": st.sampled_from(["", "Ana", "Peggy"]),
        "born": st.sampled_from([None, 1955, 1990]),
        "phone": st.sampled_from(["", "360-555-0101", "360-555-0102"]),
        "status": st.sampled_from(PatientStatus.values),
        "external": st.booleans(),
        "notes": st.sampled_from(["", "older"]),
        "answers": st.lists(
            st.tuples(
                st.sampled_from(Channel.values),
                st.sampled_from(Purpose.values),
                st.booleans(),
                st.sampled_from(["agreed", "may_object"]),
            ),
            max_size=4,
        ),
        "whole": st.booleans(),
        "discreet": st.booleans(),
    }
)


def make(number: int, said: dict[str, Any], location: Location) -> Patient:
    if said["whole"]:
        patient = people.whole(
            f"word{number}", location, phone=said["phone"] or "360-555-0199", seen=people.long_ago(90 + number)
        )
    else:
        patient = PatientFactory.create()
    reader = patient.reader
    reader.given_name, reader.is_discreet = said["given"], said["discreet"]
    reader.save()
    if said["phone"]:
        ContactPoint.objects.get_or_create(
            reader=reader, channel=Channel.PHONE, address_hash="", defaults={"address": said["phone"]}
        )
    patient.born_on = people.born(said["born"]) if said["born"] else None
    patient.status, patient.notes = said["status"], said["notes"]
    patient.external_id = f"ext-{patient.ref}" if said["external"] else None
    patient.save()
    for channel, purpose, is_given, basis in said["answers"]:
        agree(reader, channel=channel, purpose=purpose, is_given=is_given, basis=basis)
    facts.refresh([patient.pk])
    return Patient.objects.select_related("reader").get(pk=patient.pk)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=PERSON, second=PERSON, chosen=st.sets(st.sampled_from(merging.CHOICES)))
def test_merging_and_taking_it_back_changes_nothing_whoever_they_are(
    location: Location, rosa: User, first: dict[str, Any], second: dict[str, Any], chosen: set[str]
) -> None:
    with transaction.atomic():
        ours, theirs = make(1, first, location), make(2, second, location)
        before, stood = people.every_row(but=UNTOUCHED), answers(ours, theirs)
        merge = merging.merge(survivor=ours, gone=theirs, by=rosa, chosen=chosen)
        now = answers(ours)
        for (reader, channel, purpose), (is_given, _basis) in stood.items():
            if reader == theirs.reader_id:
                mine = stood.get((ours.reader_id, channel, purpose))
                assert now[ours.reader_id, channel, purpose][0] == (is_given and (mine is None or mine[0]))
        merging.unmerge(merge=merge, by=rosa)
        assert people.every_row(but=UNTOUCHED) == before
        assert answers(ours, theirs) == stood
        transaction.set_rollback(True)


def test_a_no_is_never_lost_and_a_yes_fills_what_nobody_asked(pair: tuple[Patient, Patient], rosa: User) -> None:
    survivor, gone = pair
    agree(gone.reader, purpose=Purpose.OWN_SERVICES, is_given=False)
    agree(gone.reader, channel=Channel.SMS, purpose=Purpose.TREATMENT)
    agree(survivor.reader, channel=Channel.POST, is_given=False)
    agree(gone.reader, channel=Channel.POST, basis=Basis.AGREED)
    merging.merge(survivor=survivor, gone=gone, by=rosa)
    now = answers(survivor)
    assert now[survivor.reader_id, Channel.EMAIL, Purpose.OWN_SERVICES] == (False, Basis.NONE)
    assert now[survivor.reader_id, Channel.SMS, Purpose.TREATMENT] == (True, Basis.AGREED)
    assert now[survivor.reader_id, Channel.POST, Purpose.OWN_SERVICES] == (False, Basis.NONE)


def test_an_answer_given_since_the_merge_outlives_its_taking_back(pair: tuple[Patient, Patient], rosa: User) -> None:
    survivor, gone = pair
    agree(gone.reader, channel=Channel.SMS, purpose=Purpose.TREATMENT)
    merge = merging.merge(survivor=survivor, gone=gone, by=rosa)
    agree(survivor.reader, channel=Channel.SMS, purpose=Purpose.TREATMENT, is_given=False)
    merging.unmerge(merge=merge, by=rosa)
    assert answers(survivor)[survivor.reader_id, Channel.SMS, Purpose.TREATMENT] == (False, Basis.NONE)


def test_what_somebody_changed_since_the_merge_stays(pair: tuple[Patient, Patient], rosa: User) -> None:
    survivor, gone = pair
    merge = merging.merge(survivor=survivor, gone=gone, by=rosa, chosen=["given_name"])
    Reader.objects.filter(pk=survivor.reader_id).update(given_name="Margaret")
    merging.unmerge(merge=merge, by=rosa)
    assert str(Reader.objects.get(pk=survivor.reader_id).given_name) == "Margaret"
    assert Patient.objects.get(ref=gone.ref).reader.given_name == "secondwordgiven"


def test_merges_are_taken_back_from_the_last_to_the_first(pair: tuple[Patient, Patient], rosa: User) -> None:
    third = PatientFactory.create()
    first = merging.merge(survivor=pair[1], gone=third, by=rosa)
    second = merging.merge(survivor=pair[0], gone=pair[1], by=rosa)
    first.refresh_from_db()
    assert first.survivor_id == pair[0].pk
    with pytest.raises(Refused):
        merging.unmerge(merge=first, by=rosa)
    merging.unmerge(merge=second, by=rosa)
    first.refresh_from_db()
    assert first.survivor_id == pair[1].pk
    assert merging.unmerge(merge=first, by=rosa).ref == third.ref


def test_a_merge_is_taken_back_once(pair: tuple[Patient, Patient], rosa: User) -> None:
    merge = merging.merge(survivor=pair[0], gone=pair[1], by=rosa)
    merging.unmerge(merge=merge, by=rosa)
    with pytest.raises(Refused):
        merging.unmerge(merge=merge, by=rosa)


def test_nobody_is_merged_with_themselves_or_from_an_old_page(pair: tuple[Patient, Patient], rosa: User) -> None:
    with pytest.raises(Refused):
        merging.merge(survivor=pair[0], gone=pair[0], by=rosa)
    with pytest.raises(Stale):
        merging.merge(survivor=pair[0], gone=pair[1], by=rosa, gone_version=7)
    assert not Merge.objects.exists()


def test_an_older_number_leads_to_the_one_who_stands(pair: tuple[Patient, Patient], rosa: User) -> None:
    for number, patient in enumerate(pair):
        patient.external_id = f"pms-{number}"
        patient.save()
    merging.merge(survivor=pair[0], gone=pair[1], by=rosa)
    assert merging.survivor_of("pms-1") == pair[0]
    assert merging.survivor_of("pms-7") is None


def test_a_pair_that_looked_alike_goes_and_comes_back(pair: tuple[Patient, Patient], rosa: User) -> None:
    first, second = sorted(pair, key=lambda one: one.pk)
    LookAlike.objects.create(first=first, second=second, score=80, signs=["name"])
    merge = merging.merge(survivor=pair[0], gone=pair[1], by=rosa)
    assert not LookAlike.objects.exists()
    merging.unmerge(merge=merge, by=rosa)
    assert LookAlike.objects.get().score == 80


def test_the_journal_tells_of_both_by_reference(pair: tuple[Patient, Patient], rosa: User) -> None:
    merge = merging.merge(survivor=pair[0], gone=pair[1], by=rosa)
    entry = Entry.objects.get(verb="patient.merged")
    assert entry.particulars == {"gone": pair[1].ref, "merge": merge.ref, "reason": "same_person"}
    assert entry.about == pair[0].journal_name
    assert "word" not in str(Entry.objects.values_list("particulars", flat=True))


def test_the_sealed_undo_shows_no_word_in_the_database(pair: tuple[Patient, Patient], rosa: User) -> None:
    merge = merging.merge(survivor=pair[0], gone=pair[1], by=rosa)
    raw = Merge.objects.get(pk=merge.pk).__dict__["undo"]
    assert b"secondword" not in bytes(raw)
    assert "secondword" in Merge.objects.get(pk=merge.pk).undo

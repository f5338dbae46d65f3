"""What follows from visits and procedures stands on the patient's row, and is always what they say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from patients import facts
from patients.models import Appointment, Attribute, AttributeValue, Patient, Procedure, birthday_of
from practice.models import Location, Service
from tests.factories.patients import PatientFactory, ReaderFactory

pytestmark = pytest.mark.both


def visit(patient: Patient, location: Location, at: datetime, status: str = "kept") -> Appointment:
    return Appointment.objects.create(patient=patient, location=location, starts_at=at, status=status)


@pytest.mark.django_db
def test_the_last_visit_is_the_newest_that_was_kept_in_the_days_of_the_practice(location):
    patient = PatientFactory.create()
    visit(patient, location, datetime(2026, 3, 2, 17, tzinfo=UTC))
    visit(patient, location, datetime(2026, 9, 1, 5, tzinfo=UTC))  # still August 31 in Washington
    visit(patient, location, datetime(2026, 10, 1, 17, tzinfo=UTC), status="missed")
    visit(patient, location, datetime(2027, 1, 1, 17, tzinfo=UTC), status="booked")
    assert facts.refresh([patient.pk]) == 1
    patient.refresh_from_db()
    assert (patient.last_seen_on, patient.usual_interval_days) == (date(2026, 8, 31), 182)


@pytest.mark.django_db
def test_what_was_spent_is_what_was_before_and_all_fees(root_canal: Service):
    patient = PatientFactory.create(spent_before_cents=10_000)
    for fee in (25_000, 5_050, -1_000):
        Procedure.objects.create(patient=patient, service=root_canal, done_on=date(2026, 1, 5), fee_cents=fee)
    facts.refresh([patient.pk])
    patient.refresh_from_db()
    assert patient.spent_cents == 39_050


@pytest.mark.django_db
def test_looking_again_changes_nothing_and_writes_nothing(location, django_assert_max_num_queries):
    patients = PatientFactory.create_batch(5)
    for patient in patients:
        visit(patient, location, datetime(2026, 3, 2, 17, tzinfo=UTC))
    keys = [patient.pk for patient in patients]
    assert facts.refresh(keys) == 5
    with django_assert_max_num_queries(4):
        assert facts.refresh(keys) == 0


@pytest.mark.django_db
def test_what_is_gone_is_no_longer_told(location):
    patient = PatientFactory.create()
    visit(patient, location, datetime(2026, 3, 2, 17, tzinfo=UTC))
    facts.refresh([patient.pk])
    patient.appointments.all().delete()
    facts.refresh([patient.pk])
    patient.refresh_from_db()
    assert patient.last_seen_on is None
    assert patient.usual_interval_days is None


@given(st.lists(st.dates(date(2015, 1, 1), date(2026, 12, 31)), max_size=12))
def test_the_usual_interval_lies_between_the_shortest_and_the_longest(days):
    found = facts.usual_interval(days)
    gaps = [(later - earlier).days for earlier, later in pairwise(sorted(set(days)))]
    assert (found is None) == (not gaps)
    if found is not None:
        assert min(gaps) <= found <= max(gaps)


def test_a_long_pause_does_not_change_the_usual_interval():
    begun = date(2024, 1, 8)
    days = [begun + timedelta(days=182 * number) for number in range(5)]
    assert facts.usual_interval([*days, days[-1] + timedelta(days=900)]) == 182


@pytest.mark.django_db
def test_a_birthday_is_kept_however_a_patient_is_saved():
    leap = PatientFactory.create(born_on=date(1992, 2, 29))
    assert leap.birthday == 229
    leap.born_on = date(1992, 3, 1)
    leap.save()
    leap.refresh_from_db()
    assert leap.birthday == 301
    reader = ReaderFactory.create(kind="patient")
    Patient.objects.bulk_create([Patient(reader=reader, born_on=date(2001, 12, 31))])
    assert Patient.objects.get(reader=reader).birthday == birthday_of(date(2001, 12, 31)) == 1231
    assert birthday_of(None) is None


@pytest.mark.django_db
def test_the_database_refuses_a_birth_without_its_birthday():
    patient = PatientFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=patient.pk).update(birthday=None)


@pytest.mark.django_db
def test_the_database_refuses_a_value_of_two_types():
    attribute = Attribute.objects.create(slug="shoe-size", label="Shoe size", kind="number", nature="identity")
    patient = PatientFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        AttributeValue.objects.create(patient=patient, attribute=attribute, number=9, text="nine")
    with pytest.raises(IntegrityError), transaction.atomic():
        AttributeValue.objects.create(patient=patient, attribute=attribute)
    assert AttributeValue.objects.create(patient=patient, attribute=attribute, number=9).value == 9

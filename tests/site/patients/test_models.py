"""Readers, patients and their addresses: facts of one row, and what the database itself refuses."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from patients.models import Channel, ContactPoint, Patient, Reader
from tests.factories.patients import AppointmentFactory, ContactPointFactory, PatientFactory, ReaderFactory, agree

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1955, 3, 14), date(2026, 3, 13), 70),
        (date(1955, 3, 14), date(2026, 3, 14), 71),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_an_age_is_counted_in_whole_years(born: date, day: date, age: int) -> None:
    assert Patient(born_on=born).age_on(day) == age


def test_without_a_birth_date_there_is_no_age() -> None:
    assert Patient(born_on=None).age_on(date(2026, 1, 1)) is None


def test_nobody_is_responsible_for_themselves() -> None:
    patient = PatientFactory.create()
    patient.responsible = patient
    with pytest.raises(IntegrityError), transaction.atomic():
        patient.save()


def test_a_reader_has_one_primary_address_on_a_channel() -> None:
    reader = ReaderFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPointFactory.create(reader=reader, address="second@readers.example")
    ContactPointFactory.create(reader=reader, address="second@readers.example", is_primary=False)
    assert reader.address() == reader.contact_points.get(is_primary=True).address
    assert reader.address(Channel.SMS) == ""


def test_the_same_address_is_kept_once_in_any_spelling() -> None:
    point = ContactPointFactory.create(address=" Margaret@Readers.Example ")
    assert point.address == "margaret@readers.example"
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPointFactory.create(reader=point.reader, address="MARGARET@readers.example", is_primary=False)


def test_a_reader_with_consents_cannot_be_deleted_by_accident() -> None:
    reader = ReaderFactory.create(email="")
    agree(reader)
    with pytest.raises(IntegrityError):
        reader.delete()


def test_names_are_shown_to_people_and_references_to_machines() -> None:
    reader = ReaderFactory.create(given_name="Ruth", family_name="Castellano")
    nameless = Reader.objects.create(kind="subscriber")
    patient = PatientFactory.create(reader=reader)
    assert (str(reader), str(nameless), str(patient)) == ("Ruth Castellano", nameless.ref, "Ruth Castellano")
    assert patient.journal_name == f"patient:{patient.ref}"
    assert str(ContactPoint(channel="email", reader=reader)) == f"email of {reader.pk}"
    visit = AppointmentFactory.create(patient=patient)
    assert str(visit) == visit.ref

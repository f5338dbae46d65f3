"""Every model that holds anything of a patient has a keeper, and every keeper shows, hands over, erases and moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from patients import facts, records
from patients.models import Note, Patient, Reader
from patients.moving import Held, Moves
from patients.records import Kept, Person, Tab
from practice.models import Location
from tests.factories import people
from tests.factories.patients import AppointmentFactory, PatientFactory

CONCERNS = {"about", "concerns"}
# What leads to a patient or a reader and needs no keeper of its own.
BELONGS_ELSEWHERE = {
    "journal.Entry": "the journal holds references, never names, and stands for ever",
}


def holding() -> dict[str, str]:
    """Return the models that hold something of a patient: by a key to a patient or a reader, or by an `about`."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            leads_to = column.related_model if column.is_relation else None
            if leads_to in {Patient, Reader} or column.name in CONCERNS:
                found[model._meta.label] = column.name
    return found


def test_every_model_with_something_of_a_patient_has_a_keeper() -> None:
    missing = set(holding()) - records.kept_models() - set(BELONGS_ELSEWHERE)
    assert missing == set(), f"Give {missing} a keeper: patients.records.keeper(…) in its room's AppConfig.ready()."


def test_no_keeper_answers_for_a_model_that_is_not_there() -> None:
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert records.kept_models() <= known


def test_no_model_has_two_keepers() -> None:
    every = [label for one in records.keepers() for label in one.models]
    assert len(every) == len(set(every))


def test_whoever_has_an_account_is_kept_as_well() -> None:
    assert "accounts.User" in records.kept_models()


@pytest.mark.django_db
def test_each_keeper_hands_over_tables_whose_rows_fit_their_columns(location: Location) -> None:
    patient = people.whole("word", location, phone="360-555-0133", seen=people.long_ago(90))
    tables = [table for one in records.keepers() for table in one.export(Person.of(patient))]
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows), table.name
    assert len({table.name for table in tables}) == len(tables)
    said = str([list(table.rows) for table in tables])
    for word in ("wordgiven", "word@readers.example", "word daughter", "word wrote a note", "word crown", "wordfriend"):
        assert word in said


@pytest.mark.django_db
def test_telling_of_parts_changes_nothing(location: Location) -> None:
    patient = people.whole("word", location, phone="360-555-0133", seen=people.long_ago(90))
    before = people.every_row()
    parts = [part for one in records.keepers() for part in one.erase(Person.of(patient))]
    assert people.every_row() == before
    assert {part.kept for part in parts} == set(Kept)
    assert sum(part.is_last for part in parts) == 1


@pytest.mark.django_db
def test_lines_of_one_moment_stay_on_one_page(location: Location) -> None:
    patient = PatientFactory.create()
    at = timezone.now() - timedelta(days=1)
    for number in range(6):
        Note.objects.create(patient=patient, text=str(number), by="Rosa", at=at)
    Note.objects.create(patient=patient, text="older", by="Rosa", at=at - timedelta(days=1))
    first = records.timeline(Person.of(patient), tab=Tab.NOTES, before=None, limit=5)
    assert len(first.lines) == 6
    assert first.older == at
    rest = records.timeline(Person.of(patient), tab=Tab.NOTES, before=first.older, limit=5)
    assert [line.text for line in rest.lines] == ["older"]
    assert rest.older is None


@pytest.mark.django_db
def test_what_is_due_first_is_next(location: Location, rosa: User) -> None:
    patient = people.whole("word", location, phone="360-555-0133")
    step = records.next_step(Person.of(patient))
    assert step is not None
    assert step.url.startswith("/admin/")
    assert records.next_step(Person.of(PatientFactory.create())) is None


@pytest.mark.django_db
def test_a_row_that_something_still_points_to_is_not_dropped(location: Location) -> None:
    visit = AppointmentFactory.create(location=location)
    with pytest.raises(Held):
        Moves().drop(visit.patient)
    assert Patient.objects.filter(pk=visit.patient_id).exists()


@pytest.mark.django_db
def test_moves_are_taken_back_from_text(location: Location) -> None:
    first, second = PatientFactory.create(), PatientFactory.create()
    Note.objects.create(patient=second, text="a secret", by="Rosa")
    before = people.every_row()
    moves = Moves()
    moves.move(Note.objects.filter(patient=second), "patient", first.pk)
    moves.change(first, source="sign", born_on=None, birthday=None)
    note = Note.objects.get()
    moves.drop(note)
    assert "a secret" not in moves.dumped()
    Moves.loaded(moves.dumped()).taken_back()
    assert people.every_row() == before


@pytest.mark.django_db
def test_entries_are_never_moved(location: Location) -> None:
    labels: set[Any] = {model._meta.label for model in apps.get_models() if issubclass(model, Entry)}
    assert not labels & records.kept_models()
    assert issubclass(Entry, models.Model)
    facts.refresh([])

"""Appointments and procedures come by their numbers, for patients whom we have."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from patients.importing import actions
from patients.importing.refusals import FileRefused
from patients.importing.undoing import Undoing
from patients.models import Appointment, FileKind, Patient, Procedure
from tests.factories.imports import BY, saved, table, taken
from tests.factories.practice import LocationFactory

pytestmark = pytest.mark.django_db

VISITS = ["Appointment ID", "Patient ID", "Appointment Date", "Time", "Status", "Appointment Type", "Provider"]
FIRST = ["501", "1", "11/30/2026", "9:40 AM", "Scheduled", "Root canal treatment", "Lindqvist"]
DONE = ["Procedure ID", "Patient ID", "Date", "ADA Code", "Description", "Fee", "Provider"]
FILLING = ["901", "1", "1/5/2026", "D2391", "Composite filling", "$210.00", "Dr. Theo Lindqvist"]


@pytest.fixture
def margaret_by_number(margaret_patient: Patient) -> Patient:
    """Return Margaret, known by her number in the other system."""
    Patient.objects.filter(pk=margaret_patient.pk).update(external_id="1")
    margaret_patient.refresh_from_db()
    return margaret_patient


@pytest.mark.both
def test_visits_come_in_the_locations_own_time(margaret_by_number, root_canal, dr_lindqvist, location) -> None:
    batch = saved(table(FIRST, header=VISITS))
    visit = Appointment.objects.get(external_id="501")
    assert (batch.kind, batch.count("new")) == (FileKind.APPOINTMENTS, 1)
    assert visit.starts_at == datetime(2026, 11, 30, 17, 40, tzinfo=UTC)
    assert (visit.patient, visit.status, visit.service, visit.provider, visit.location) == (
        margaret_by_number,
        "booked",
        root_canal,
        dr_lindqvist,
        location,
    )


def test_the_same_visits_again_change_nothing(margaret_by_number) -> None:
    saved(table(FIRST, header=VISITS))
    before = list(Appointment.objects.values())
    batch = saved(table(FIRST, header=VISITS))
    assert list(Appointment.objects.values()) == before
    assert (batch.count("new"), batch.count("changed"), batch.count("same")) == (0, 0, 1)


def test_a_visit_that_was_kept_is_counted_at_once(margaret_by_number) -> None:
    saved(table(FIRST, header=VISITS))
    batch = saved(table([*FIRST[:4], "Completed", *FIRST[5:]], header=VISITS))
    margaret_by_number.refresh_from_db()
    assert batch.count("changed") == 1
    assert margaret_by_number.last_seen_on == date(2026, 11, 30)


def test_a_visit_without_a_status_is_kept_when_it_is_past(margaret_by_number) -> None:
    header, row = [*VISITS[:4]], [*FIRST[:4]]
    with time_machine.travel("2026-12-24T12:00:00Z", tick=False):
        saved(
            table(
                row,
                [
                    "502",
                    "1",
                    "1/4/2027",
                    "10:00",
                ],
                header=header,
            )
        )
    assert set(Appointment.objects.values_list("external_id", "status")) == {("501", "kept"), ("502", "booked")}


def test_a_visit_of_somebody_we_do_not_have_is_refused(margaret_by_number) -> None:
    batch = saved(table(FIRST, ["502", "77", *FIRST[2:]], header=VISITS))
    assert [(one.row, one.code) for one in batch.findings.all()] == [(3, "no_such_patient")]
    assert Appointment.objects.count() == 1


def test_a_visit_needs_a_place(margaret_by_number) -> None:
    other = LocationFactory.create(practice=margaret_by_number.location.practice, name="Anacortes")
    saved(table([*FIRST, "Anacortes"], header=[*VISITS, "Office"]))
    assert Appointment.objects.get().location == other


def test_visits_without_numbers_are_known_by_what_they_tell(margaret_by_number) -> None:
    saved(table(FIRST[1:], header=VISITS[1:]))
    batch = saved(table(FIRST[1:], header=VISITS[1:]))
    assert (batch.count("same"), Appointment.objects.count()) == (1, 1)


@pytest.mark.both
def test_procedures_come_with_their_fees(margaret_by_number, dr_lindqvist) -> None:
    batch = saved(table(FILLING, header=DONE))
    done = Procedure.objects.get(external_id="901")
    margaret_by_number.refresh_from_db()
    assert (batch.kind, done.code, done.label, done.fee_cents) == ("procedures", "D2391", "Composite filling", 21_000)
    assert (done.done_on, done.provider, margaret_by_number.spent_cents) == (date(2026, 1, 5), dr_lindqvist, 21_000)


def test_a_procedure_says_what_was_done(margaret_by_number) -> None:
    batch = saved(table([*FILLING[:3], "", "", *FILLING[5:]], header=DONE))
    assert [(one.field, one.code) for one in batch.findings.all()] == [("code", "missing")]


@pytest.mark.both
def test_visits_are_taken_back_but_those_that_somebody_changed(margaret_by_number) -> None:
    batch = saved(table(FIRST, ["502", *FIRST[1:]], header=VISITS))
    Appointment.objects.filter(external_id="502").update(status="kept")
    work = Undoing(actions.undo(batch=batch, by=BY))
    assert work.go_on()
    assert list(Appointment.objects.values_list("external_id", flat=True)) == ["502"]
    assert (work.batch.count("restored"), work.batch.count("kept")) == (1, 1)


def test_a_changed_visit_is_again_as_it_was(margaret_by_number) -> None:
    saved(table(FIRST, header=VISITS))
    batch = saved(table(["501", "1", "12/1/2026", "8:00 AM", "Cancelled", *FIRST[5:]], header=VISITS))
    work = Undoing(actions.undo(batch=batch, by=BY))
    assert work.go_on()
    visit = Appointment.objects.get()
    assert (visit.status, visit.starts_at) == ("booked", datetime(2026, 11, 30, 17, 40, tzinfo=UTC))


def test_a_file_of_visits_without_days_is_refused() -> None:
    with pytest.raises(FileRefused) as caught:
        taken(table(["1", "2", "9:00"], header=["Appointment ID", "Patient ID", "Appointment Time"]), is_strict=True)
    assert caught.value.why in {"lacks", "unknown_header"}

"""Visits that a letter's readers booked after it, as the files tell that the practice brings in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery import attribution
from delivery.models import Dispatch, Message
from patients.models import Appointment, Patient
from practice import clocks
from tests.factories.delivery import dispatch
from tests.factories.imports import saved, table
from tests.factories.patients import PatientFactory, agree

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LABEL = "Readers who booked a visit"
HEADER = ["Appointment ID", "Patient ID", "Appointment Date", "Time", "Status", "Appointment Type", "Provider"]


@pytest.fixture
def sent(practice, location):
    """A letter that eight patients got three days ago."""
    for number in range(8):
        patient = PatientFactory.create(external_id=f"P{number}", reader__email=f"p{number}@readers.example")
        agree(patient.reader)
    opened = dispatch()
    began = timezone.now() - timedelta(days=3)
    Dispatch.objects.filter(pk=opened.pk).update(started_at=began)
    Message.objects.update(state="accepted", settled_at=began, next_try_at=None)
    opened.refresh_from_db()
    assert opened.letters == 8
    return opened


def brought_in(patients, *, days=0, ahead=9, status="Scheduled", number="V"):
    """Bring in a file that has a visit of each of these, so many days from now."""
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        day = clocks.today() + timedelta(days=ahead)
        rows = ([f"{number}{one}", f"P{one}", f"{day:%m/%d/%Y}", "9:40 AM", status, "Check-up", ""] for one in patients)
        return saved(table(*rows, header=HEADER))


def figure(opened):
    return {str(one.label): one.number for one in attribution.of(opened)}.get(LABEL, "absent")


def test_a_visit_that_is_new_in_the_records_was_booked(sent):
    brought_in([7], days=-10, ahead=1)
    brought_in(range(6))
    assert figure(sent) == 6


def test_a_few_are_no_figure(sent):
    brought_in([7], days=-10, ahead=1)
    brought_in(range(4))
    assert figure(sent) is None


def test_before_a_file_came_nobody_knows_and_the_first_one_tells_of_everything(sent):
    assert figure(sent) == "absent"
    brought_in(range(8))
    assert figure(sent) == "absent"


def test_without_a_file_since_the_letter_nobody_knows(sent):
    brought_in(range(8), days=-10, ahead=40)
    assert figure(sent) == "absent"


def test_what_was_there_before_is_past_or_was_called_off_is_not_counted(sent):
    brought_in(range(2), days=-10, ahead=40)
    brought_in(range(2), ahead=30)
    brought_in([2, 3], ahead=-1, status="Completed", number="W")
    brought_in([4, 5], status="Cancelled", number="X")
    assert figure(sent) == 0
    assert Appointment.objects.count() == 6


def test_two_visits_of_one_reader_count_once(sent):
    brought_in([7], days=-10, ahead=1)
    brought_in(range(5))
    brought_in(range(5), ahead=12, number="W")
    assert figure(sent) == 5


def test_who_did_not_get_it_is_not_counted(sent):
    brought_in([7], days=-10, ahead=1)
    reader = Patient.objects.get(external_id="P0").reader
    Message.objects.filter(reader=reader).update(state="failed", reason="550 No such mailbox")
    brought_in(range(6))
    assert figure(sent) == 5


def test_what_comes_later_than_two_weeks_is_not_the_letters(sent):
    brought_in([7], days=-10, ahead=1)
    brought_in(range(8), days=12, number="W")
    assert figure(sent) == 0

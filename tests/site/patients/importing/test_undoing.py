"""An import is taken back as a whole, and nothing is lost that somebody did here since."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from patients import actions as patient_actions
from patients.importing import actions
from patients.importing.actions import Stale
from patients.importing.undoing import Undoing
from patients.models import Basis, Consent, ContactPoint, ImportBatch, ImportLine, Note, Patient, PostalAddress, Reader
from tests.factories.imports import BY, saved, table
from tests.factories.patients import AppointmentFactory, agree
from tests.site.patients.importing.test_saving import MARGARET, TEO, WIDE, everything, only

pytestmark = pytest.mark.django_db


def undone(batch: ImportBatch) -> ImportBatch:
    work = Undoing(actions.undo(batch=batch, by=BY))
    assert work.go_on()
    work.batch.refresh_from_db()
    return work.batch


@pytest.mark.both
def test_what_a_file_brought_goes_again() -> None:
    saved(table(["7", "Stays", "Here", "", "", ""]))
    readers = Reader.objects.count()
    batch = undone(saved(table(MARGARET, TEO, header=WIDE)))
    assert (batch.state, batch.count("restored"), batch.count("kept")) == ("undone", 2, 0)
    assert [one.external_id for one in Patient.objects.all()] == ["7"]
    assert not PostalAddress.objects.exists()
    former = Reader.objects.filter(kind="former")
    assert [(one.given_name, one.family_name) for one in former] == [("", "")]  # the ledger stands, without a name
    assert Reader.objects.count() == readers + 1
    assert not Consent.objects.standing().filter(reader__in=former).exists()


@pytest.mark.both
def test_what_a_file_changed_is_again_as_it_was() -> None:
    saved(table(MARGARET, TEO, header=WIDE))
    before = [row for row in everything() if "2" not in row[:1]]
    changed = [*MARGARET]
    changed[1], changed[4], changed[5], changed[7], changed[11] = (
        "Peggy",
        "new@x.example",
        "3605550199",
        "9 New St",
        "en",
    )
    batch = saved(table(changed, TEO, header=WIDE))
    assert only().reader.given_name == "Peggy"
    batch = undone(batch)
    one = only()
    assert (batch.count("restored"), batch.count("kept")) == (1, 0)
    assert (one.reader.given_name, one.reader.language) == ("Margaret", "es")
    assert one.reader.address("email") == "margaret@example.com"
    assert one.reader.contact_points.get(channel="sms").address == "+13605550142"
    assert one.reader.postal_address.street == "1 Main St"
    assert len(before) == len([row for row in everything() if "2" not in row[:1]])


def test_after_an_undo_the_file_can_come_again() -> None:
    text = table(MARGARET, TEO, header=WIDE)
    undone(saved(text))
    again = saved(text)
    assert again.count("new") == 2


def test_what_somebody_changed_since_stays_and_is_told() -> None:
    saved(table(MARGARET, header=WIDE))
    changed = [*MARGARET]
    changed[1], changed[7] = "Peggy", "9 New St"
    batch = saved(table(changed, header=WIDE))
    Reader.objects.filter(patient__external_id="1").update(given_name="Maggie")
    batch = undone(batch)
    one = only()
    assert (one.reader.given_name, one.reader.postal_address.street) == ("Maggie", "1 Main St")
    assert (batch.count("restored"), batch.count("kept")) == (0, 1)


def touch_by_note(one: Patient) -> None:
    Note.objects.create(patient=one, text="called", by=BY)


def touch_by_visit(one: Patient) -> None:
    AppointmentFactory.create(patient=one)


def touch_by_name(one: Patient) -> None:
    Reader.objects.filter(pk=one.reader_id).update(family_name="Other")


def touch_by_consent(one: Patient) -> None:
    agree(one.reader, channel="sms", purpose="treatment")


def touch_by_address(one: Patient) -> None:
    ContactPoint.objects.filter(reader=one.reader, channel="sms").update(address="+13605550100")


def touch_by_death(one: Patient) -> None:
    patient_actions.mark_deceased(patient=one, by=BY)


@pytest.mark.parametrize(
    "touch", [touch_by_note, touch_by_visit, touch_by_name, touch_by_consent, touch_by_address, touch_by_death]
)
def test_nobody_goes_with_whom_something_has_happened(touch) -> None:
    batch = saved(table(MARGARET, TEO, header=WIDE))
    touch(only())
    batch = undone(batch)
    assert [one.external_id for one in Patient.objects.all()] == ["1"]
    assert (batch.count("restored"), batch.count("kept")) == (1, 1)
    assert ImportLine.objects.filter(patient=only()).exists()  # it still says where the data came from


def test_a_withdrawn_consent_stands_again() -> None:
    saved(table(MARGARET, header=WIDE))
    changed = [*MARGARET]
    changed[13] = "No"
    undone(saved(table(changed, header=WIDE)))
    standing = Consent.objects.standing().get(reader=only().reader)
    assert (standing.is_given, standing.basis, standing.source) == (True, Basis.AGREED, "import_undone")


def test_a_death_by_mistake_is_taken_back() -> None:
    saved(table(MARGARET, header=WIDE))
    changed = [*MARGARET]
    changed[12] = "Deceased"
    undone(saved(table(changed, header=WIDE)))
    assert only().status == "active"


def test_after_thirty_days_it_stands() -> None:
    batch = saved(table(MARGARET, header=WIDE))
    with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(Stale):
        actions.undo(batch=batch, by=BY)


def test_a_repeated_click_undoes_once() -> None:
    batch = saved(table(MARGARET, header=WIDE))
    actions.undo(batch=batch, by=BY)
    with pytest.raises(Stale):
        actions.undo(batch=batch, by=BY)


def test_undoing_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patients.importing.undoing.AT_ONCE", 1)
    batch = actions.undo(batch=saved(table(MARGARET, TEO, ["3", "A", "B", *[""] * 17], header=WIDE)), by=BY)
    assert not Undoing(batch).go_on(until=0)
    batch.refresh_from_db()
    assert (batch.count("restored"), Patient.objects.count()) == (1, 2)
    assert Undoing(batch).go_on()
    assert not Patient.objects.exists()

"""The record: what is written, in whose transaction, and that it is never changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import User
from journal import recording
from journal.models import AppendOnly, Entry, Reaction
from journal.recording import record, viewed
from patients.models import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_it_says_who_did_what_to_what_and_about_whom(rosa: User, margaret_patient: Patient) -> None:
    entry = record("case.accepted", subject="case:JR-7K2M", by=rosa, about=margaret_patient, count=2)
    entry.refresh_from_db()
    assert (entry.verb, entry.subject) == ("case.accepted", "case:JR-7K2M")
    assert entry.by == f"user:{rosa.ref}"
    assert entry.about == f"patient:{margaret_patient.ref}"
    assert entry.particulars == {"count": 2}


def test_the_system_itself_has_a_name() -> None:
    assert record("practice.opened", subject="practice:PR-1", by=None).by == "system:goodword"


def test_a_things_kind_is_its_class_or_what_the_class_says() -> None:
    class Note:
        ref = "NT-1"

    class Odd:
        ref, journal_kind = "OD-1", "letter"

    assert recording.name_of(Note()) == "note:NT-1"
    assert recording.name_of(Odd()) == "letter:OD-1"
    assert recording.name_of("case:JR-1") == "case:JR-1"
    assert recording.name_of(None) == ""


def test_a_time_can_be_given_for_what_happened_before(rosa: User) -> None:
    at = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)
    assert record("case.accepted", subject="case:JR-1", by=rosa, at=at).at == at


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_the_changes_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="own transaction"):
        record("case.accepted", subject="case:JR-1", by=None)


def test_a_change_and_its_record_fall_together() -> None:
    def go_half_way() -> None:
        with transaction.atomic():
            record("case.accepted", subject="case:JR-1", by=None)
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        go_half_way()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("particular", [object(), datetime(2026, 1, 1, tzinfo=UTC), {1, 2}, b"bytes"])
def test_particulars_are_plain_json(particular: Any) -> None:
    with pytest.raises(TypeError):
        record("case.accepted", subject="case:JR-1", by=None, particular=particular)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("verb", "subject"), [("accepted", "case:JR-1"), ("case.accepted", "JR-1")])
def test_the_database_refuses_a_verb_or_subject_out_of_form(verb: str, subject: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record(verb, subject=subject, by=None)


def test_reading_is_recorded_under_the_kind_of_what_was_read(priya: User) -> None:
    entry = viewed("case:JR-7K2M", by=priya, about="patient:PT-1", page="print")
    assert (entry.verb, entry.by, entry.about) == ("case.viewed", f"user:{priya.ref}", "patient:PT-1")


@pytest.fixture
def entry(db: None) -> Entry:
    return record("case.accepted", subject="case:JR-7K2M", by=None, about="patient:PT-1")


def test_an_entry_cannot_be_saved_again(entry: Entry) -> None:
    entry.verb = "case.declined"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        Entry.objects.get().save(update_fields=["verb"])
    assert Entry.objects.get().verb == "case.accepted"


def test_an_entry_cannot_be_deleted(entry: Entry) -> None:
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        Entry.objects.all().delete()
    with pytest.raises(AppendOnly):
        Entry.objects.filter(pk=entry.pk).delete()
    assert Entry.objects.count() == 1


def test_entries_cannot_be_updated_in_bulk(entry: Entry) -> None:
    with pytest.raises(AppendOnly):
        Entry.objects.update(verb="case.declined")
    with pytest.raises(AppendOnly):
        Entry.objects.filter(pk=entry.pk).update(verb="case.declined")
    entry.verb = "case.declined"
    with pytest.raises(AppendOnly), transaction.atomic():
        Entry.objects.bulk_update([entry], ["verb"])
    with pytest.raises(AppendOnly), transaction.atomic():
        Entry.objects.update_or_create(pk=entry.pk, defaults={"verb": "case.declined"})
    assert Entry.objects.get().verb == "case.accepted"


def test_an_entry_is_not_changed_by_writing_it_in_again(entry: Entry) -> None:
    twin = Entry(pk=entry.pk, verb="case.declined", subject="case:JR-7K2M", by="user:U-1")
    with pytest.raises((AppendOnly, IntegrityError)), transaction.atomic():
        twin.save()
    with pytest.raises((AppendOnly, IntegrityError)), transaction.atomic():
        twin.save(force_update=True)
    with pytest.raises(AppendOnly), transaction.atomic():
        Entry.objects.bulk_create([twin], update_conflicts=True, update_fields=["verb"], unique_fields=["id"])
    assert Entry.objects.get().verb == "case.accepted"


def test_an_entry_with_reactions_is_held_by_them(entry: Entry) -> None:
    Reaction.objects.create(entry=entry, name="somewhere.react")
    with pytest.raises((ProtectedError, AppendOnly)):
        entry.delete()


def test_the_timeline_is_read_by_thing_and_by_patient_newest_first(entry: Entry) -> None:
    record("case.viewed", subject="case:JR-7K2M", by=None, about="patient:PT-1")
    record("case.accepted", subject="case:JR-OTHR", by=None, about="patient:PT-2")
    assert [one.verb for one in Entry.objects.of("case:JR-7K2M")] == ["case.viewed", "case.accepted"]
    assert Entry.objects.about("patient:PT-1").count() == 2
    assert [one.verb for one in Entry.objects.about("patient:PT-1").changes()] == ["case.accepted"]


def test_entries_and_reactions_show_no_more_than_references(entry: Entry) -> None:
    assert str(entry) == "case.accepted case:JR-7K2M"
    assert str(Reaction(entry=entry, name="mail.notice")) == f"mail.notice on {entry.pk}"

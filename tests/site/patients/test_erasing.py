"""An erasure leaves nothing that names somebody, but what a law keeps, and that goes when its time is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from accounts.models import User
from delivery.models import Message
from journal import sealing
from journal.models import Entry
from patients import erasing, facts, merging
from patients.actions import suppress
from patients.addresses import address_hash
from patients.editing import Refused, Stale
from patients.importing.barring import barred_hash
from patients.models import (
    Channel,
    Consent,
    Erasure,
    ImportBarred,
    Patient,
    PatientStatus,
    Reader,
    ReaderKind,
    Retention,
    Suppression,
    SuppressionReason,
)
from patients.policy import may_contact
from practice.models import Location
from tests.factories import people
from tests.factories.accounts import person
from tests.factories.patients import PatientFactory, agree

pytestmark = pytest.mark.django_db

WORD = "erasedword"


@pytest.fixture
def rule(db: None) -> Retention:
    """Return Washington's time to keep records."""
    found, _made = Retention.objects.get_or_create(
        state="WA", defaults={"years": 6, "minors_from_age": 18, "citation": "WAC 246-817-310"}
    )
    return found


@pytest.fixture
def seen(location: Location, rule: Retention) -> Patient:
    """Return somebody with something in every room, last seen 200 days ago."""
    patient = people.whole(WORD, location, phone="360-555-0133", seen=people.long_ago(200))
    patient.external_id = f"{WORD}-pms"
    patient.save()
    facts.refresh([patient.pk])
    return Patient.objects.get(pk=patient.pk)


def standing(word: str) -> dict[str, list[Any]]:
    """Return every value in the database in which the word stands, sealed ones opened, by model and column."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.all():
            for column, value in people.opened(row).items():
                if word in str(value).lower():
                    found.setdefault(f"{model._meta.label}.{column}", []).append(value)
    return found


def test_every_room_is_planted_with_the_word(seen: Patient) -> None:
    rooms = {name.split(".")[0] for name in standing(WORD)}
    assert rooms >= {"patients", "practice", "delivery", "referrals", "cases", "content"}


def test_of_somebody_never_seen_nothing_is_left(location: Location, okafor: User) -> None:
    patient = people.whole(WORD, location, phone="360-555-0133")
    account = person(email=f"{WORD}@readers.example", first_name=f"{WORD}given")
    Reader.objects.filter(pk=patient.reader_id).update(user=account)
    done = erasing.erase(patient=Patient.objects.get(pk=patient.pk), reason=Erasure.Reason.ASKED, by=okafor)
    assert standing(WORD) == {}
    assert not Patient.objects.filter(ref=patient.ref).exists()
    assert done.finished_at is not None
    assert Erasure.objects.get().patient is None
    account.refresh_from_db()
    assert not account.is_active


def test_what_the_law_keeps_stays_until_its_day_and_then_goes(seen: Patient, okafor: User) -> None:
    done = erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    left = {name.split(".")[0] + "." + name.split(".")[1] for name in standing(WORD)}
    assert left == {"patients.Reader", "patients.Note", "patients.AttributeValue", "patients.Appointment"} | {
        *("patients.Procedure", "patients.Patient", "cases.Case")
    }
    assert seen.last_seen_on is not None
    assert done.kept_until == seen.last_seen_on.replace(year=seen.last_seen_on.year + 6)
    assert erasing.finish_due() == 0
    with time_machine.travel(done.kept_until + timedelta(days=1), tick=False):
        assert erasing.finish_due() == 1
        assert erasing.finish_due() == 0
    assert standing(WORD) == {}
    assert Erasure.objects.get(pk=done.pk).finished_at is not None


def test_the_plan_says_beforehand_what_goes_what_stays_and_why(seen: Patient) -> None:
    plan = erasing.plan(seen)
    assert {str(fate.name) for fate in plan.goes} >= {"Phones and e-mail addresses", "Tags", "What they said of us"}
    whys = {str(fate.name): fate.why for fate in plan.stays}
    assert "WAC 246-817-310" in whys["Visits"]
    assert "45 CFR 164.316" in whys["What they agreed to, without a name"]
    assert standing(WORD)["patients.Reader.given_name"]


def test_addresses_stay_shut_by_their_hash(seen: Patient, okafor: User) -> None:
    suppress(channel=Channel.SMS, address="360-555-0133", reason=SuppressionReason.STOP, by=None)
    erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    shut = dict(Suppression.objects.values_list("address_hash", "reason"))
    assert shut[address_hash("email", f"{WORD}@readers.example")] == SuppressionReason.STAFF
    assert shut[address_hash("sms", "360-555-0133")] == SuppressionReason.STOP


def test_an_address_that_somebody_else_has_stays_open(seen: Patient, okafor: User) -> None:
    other = PatientFactory.create(reader__email=f"{WORD}@readers.example").reader
    agree(other)
    erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    assert may_contact(other, purpose="own_services") == ""


def test_lines_of_the_ledger_stand_and_name_nobody(location: Location, okafor: User) -> None:
    patient = people.whole(WORD, location, phone="360-555-0133")
    lines = list(Consent.objects.filter(reader=patient.reader).values())
    erasing.erase(patient=patient, reason=Erasure.Reason.ASKED, by=okafor)
    assert list(Consent.objects.filter(reader=patient.reader_id).values()) == lines
    left = Reader.objects.get(pk=patient.reader_id)
    assert (left.kind, str(left)) == (ReaderKind.FORMER, left.ref)


def test_what_waits_to_be_sent_is_left_out(seen: Patient, okafor: User) -> None:
    erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    row = Message.objects.get()
    assert (row.state, row.reason, row.address, row.content, row.reader) == ("skipped", "erased", "", None, None)


def test_a_later_file_does_not_bring_the_record_back(seen: Patient, okafor: User) -> None:
    erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    assert ImportBarred.objects.filter(number_hash=barred_hash(f"{WORD}-pms")).exists()


def test_the_words_of_a_merged_record_go_too(seen: Patient, location: Location, okafor: User) -> None:
    twin = people.whole("twinword", location, phone="360-555-0144")
    merging.merge(survivor=seen, gone=twin, by=okafor)
    seen.refresh_from_db()
    done = erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    assert done.kept_until is not None
    with time_machine.travel(done.kept_until + timedelta(days=1), tick=False):
        assert erasing.finish_due() == 1
    assert standing(WORD) == {}
    assert standing("twinword") == {}


def test_a_minor_is_kept_from_the_eighteenth_birthday(rule: Retention) -> None:
    assert rule.ends_on(last_seen=date(2026, 5, 4), born=date(2020, 2, 29)) == date(2044, 3, 1)
    assert rule.ends_on(last_seen=date(2026, 5, 4), born=date(1955, 1, 22)) == date(2032, 5, 4)
    assert rule.ends_on(last_seen=date(2024, 2, 29), born=None) == date(2030, 3, 1)


def test_somebody_seen_again_is_kept_anew(seen: Patient, okafor: User) -> None:
    done = erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    assert done.kept_until is not None
    Patient.objects.filter(pk=seen.pk).update(last_seen_on=date(2027, 3, 1))
    with time_machine.travel(done.kept_until + timedelta(days=1), tick=False):
        assert erasing.finish_due() == 0
    done.refresh_from_db()
    assert done.kept_until == date(2033, 3, 1)


def test_without_a_known_time_nothing_is_erased(seen: Patient, okafor: User) -> None:
    Retention.objects.all().delete()
    assert erasing.plan(seen).missing == "WA"
    with pytest.raises(Refused):
        erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    assert standing(WORD)["patients.ContactPoint.address"]


def test_nobody_is_erased_twice_or_from_an_old_page(seen: Patient, okafor: User) -> None:
    with pytest.raises(Stale):
        erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor, version=9)
    erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    with pytest.raises(Refused):
        erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)


def test_a_crash_half_way_erases_nothing(seen: Patient, okafor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = people.every_row()
    monkeypatch.setattr("delivery.keeping._empty", lambda *_rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    assert people.every_row() == before


def test_an_active_patient_rests_and_the_journal_says_why(seen: Patient, okafor: User) -> None:
    erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    seen.refresh_from_db()
    assert seen.status == PatientStatus.INACTIVE
    entry = Entry.objects.get(verb="patient.erased")
    assert entry.particulars["reason"] == "asked"
    assert WORD not in str(list(Entry.objects.values())).lower()


def test_the_sealed_journal_holds_after_an_erasure(seen: Patient, okafor: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert sealing.seal() > 0
        erasing.erase(patient=seen, reason=Erasure.Reason.ASKED, by=okafor)
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert sealing.seal() > 0
    assert list(sealing.broken()) == []

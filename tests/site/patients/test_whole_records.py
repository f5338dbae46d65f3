"""Whole records on their screens: merged and separated, handed over, erased, and closed to whoever may not."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from accounts.models import User
from journal.models import Entry
from journal.reacting import run_due
from patients import merging
from patients.models import (
    LookAlike,
    Merge,
    Note,
    Patient,
    Reader,
)
from practice.follow_ups import FollowUp
from practice.models import Location
from tests.cast import sign_in
from tests.factories import people
from tests.factories.patients import PatientFactory
from tests.site.patients.screens import page, post, text

pytestmark = pytest.mark.django_db


def test_two_records_are_seen_side_by_side_merged_and_separated(desk: Client, ana: Patient, location: Location) -> None:
    twin = people.whole("twinword", location, phone="360-555-0144")
    shown = text(page(desk, ana, f"merge/{twin.ref}/"))
    assert "anawordgiven" in shown
    assert "twinwordgiven" in shown
    versions = {"first_version": 1, "second_version": 1}
    assert post(desk, ana, f"merge/{twin.ref}", **versions).status_code == 422
    stale = post(desk, ana, f"merge/{twin.ref}", reason="same_person", first_version=1, second_version=5)
    assert stale.status_code == 409
    done = post(desk, ana, f"merge/{twin.ref}", reason="same_papers", of_given_name="second", **versions)
    assert done.url == f"/admin/patients/{ana.ref}/"
    assert Reader.objects.get(pk=ana.reader_id).given_name == "twinwordgiven"
    assert page(desk, twin).url == f"/admin/patients/{ana.ref}/"
    assert post(desk, ana, f"merge/{twin.ref}", reason="same_papers", **versions).status_code == 404
    merge = Merge.objects.get()
    assert twin.ref in text(page(desk, ana, "merge/"))
    assert post(desk, ana, f"merges/{merge.ref}/undoing").url == f"/admin/patients/{twin.ref}/"
    assert post(desk, ana, f"merges/{merge.ref}/undoing").status_code == 302
    assert Patient.objects.filter(ref=twin.ref).exists()
    assert Entry.objects.get(verb="patient.merged").particulars["reason"] == "same_papers"


def test_a_record_is_not_merged_with_itself_or_with_nobody(desk: Client, ana: Patient) -> None:
    assert page(desk, ana, f"merge/{ana.ref}/").status_code == 404
    assert page(desk, ana, "merge/PT-0000/").status_code == 404
    assert post(desk, ana, "merge", other=ana.ref).status_code == 422
    other = PatientFactory.create()
    assert post(desk, ana, "merge", other=other.ref).url.endswith(f"/merge/{other.ref}/")


def test_pairs_are_listed_and_told_apart_for_good(desk: Client, ana: Patient) -> None:
    other = PatientFactory.create(reader__given_name="Otherword")
    first, second = sorted((ana, other), key=lambda one: one.pk)
    pair = LookAlike.objects.create(first=first, second=second, score=80, signs=["name", "birthday"])
    assert "Otherword" in text(desk.get("/admin/patients/duplicates/"))
    for _again in range(2):
        assert desk.post(f"/admin/patients/duplicates/{pair.ref}/apart/").status_code == 302
    assert Entry.objects.filter(verb="patient.told_apart").count() == 1
    assert "Otherword" not in text(desk.get("/admin/patients/duplicates/"))


def test_a_record_is_handed_over_whole(client: Client, okafor: User, ana: Patient) -> None:
    boss = sign_in(client, okafor)
    Note.objects.create(patient=ana, text="=HYPERLINK(1)", by="Rosa")
    assert page(boss, ana, "export/").status_code == 200
    assert post(boss, ana, "export", reason="nonsense").status_code == 422
    answer = post(boss, ana, "export", reason="asked")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="record-{ana.ref}-')
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    whole = json.loads(packed.read("record.json"))
    assert whole["tables"]["person"][0]["family name"] == "anawordfamily"
    assert whole["tables"]["cases"][0]["office"]
    assert "'=HYPERLINK(1)" in packed.read("notes.csv").decode()
    assert "anaword wrote a note" in packed.read("index.html").decode()
    assert Entry.objects.get(verb="patient.exported").particulars["reason"] == "asked"


def test_the_privacy_officer_is_asked_to_look_once_a_day(client: Client, okafor: User, ana: Patient) -> None:
    boss = sign_in(client, okafor)
    for _again in range(2):
        post(boss, ana, "export", reason="asked")
    run_due()
    promise = FollowUp.objects.get(what__startswith="Look at the records")
    assert promise.owner.user == okafor
    assert "anaword" not in promise.what


def test_erasing_takes_a_second_look(client: Client, okafor: User, ana: Patient) -> None:
    boss = sign_in(client, okafor)
    Patient.objects.filter(pk=ana.pk).update(location=None)
    Location.objects.update(state="ZZ")
    assert "Nobody entered how long" in text(page(boss, ana, "erasure/"))
    assert post(boss, ana, "erasure", reason="asked", heard=ana.ref, version=1).status_code == 302
    assert not Entry.objects.filter(verb="patient.erased").exists()
    plain = people.whole("plainword", ana.appointments.get().location, phone="360-555-0155")
    shown = text(page(boss, plain, "erasure/"))
    assert "Phones and e-mail addresses" in shown
    assert "164.316" in shown
    assert post(boss, plain, "erasure", reason="asked", heard="PT-0000", version=1).status_code == 422
    assert post(boss, plain, "erasure", reason="asked", heard=plain.ref, version=4).status_code == 409
    assert post(boss, plain, "erasure", reason="asked", heard=plain.ref.lower(), version=1).url == "/admin/patients/"
    assert page(boss, plain).status_code == 404


@pytest.mark.parametrize(
    "way", ["data", "notes", "facts", "status", "contact", "confidants", "merge", "export", "erasure"]
)
def test_a_clinician_reads_and_changes_nothing(client: Client, theo: User, ana: Patient, way: str) -> None:
    reader = sign_in(client, theo)
    assert page(reader, ana).status_code == 200
    before = people.every_row(but=["sessions.Session", "usersessions.UserSession"])
    assert page(reader, ana, f"{way}/").url == "/admin/"
    assert post(reader, ana, way).url == "/admin/"
    assert people.every_row(but=["sessions.Session", "usersessions.UserSession"]) == before


def test_an_editor_sees_no_patient(client: Client, hannah: User, ana: Patient) -> None:
    editor = sign_in(client, hannah)
    assert editor.get("/admin/patients/").url == "/admin/"
    assert page(editor, ana).url == "/admin/"


def test_a_merged_records_readings_are_in_the_report(desk: Client, ana: Patient, rosa: User) -> None:
    gone = PatientFactory.create()
    page(desk, gone)
    merging.merge(survivor=ana, gone=Patient.objects.get(pk=gone.pk), by=rosa)
    assert gone.ref in text(page(desk, ana, "access/"))

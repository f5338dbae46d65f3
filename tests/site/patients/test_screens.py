"""The screens of patients: what staff see, what they change, who may not, and what is written down about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from delivery.models import Message
from journal.models import Entry
from journal.reacting import run_due
from journal.recording import record
from patients import merging, records
from patients.models import (
    Attribute,
    Channel,
    Confidant,
    ContactPoint,
    Nature,
    Note,
    Patient,
    PatientStatus,
    Reader,
    Tag,
)
from practice.models import Location
from tests.factories import people
from tests.factories.patients import PatientFactory
from tests.site.patients.screens import page, post, text

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}'\"><img src=x onerror=alert(2)>"


def test_the_list_asks_at_most_ten_questions(
    desk: Client, location: Location, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        PatientFactory.create(reader__given_name=f"Ana{number}", location=location)
    desk.get("/admin/patients/")
    with django_assert_max_num_queries(24) as asked:
        found = desk.get("/admin/patients/", {"view": "all"})
    ours = [one["sql"] for one in asked.captured_queries if "patients_" in one["sql"] or "practice_" in one["sql"]]
    assert len(ours) <= 10
    assert len(found.context["lines"]) == 25
    assert found.context["after"]


def test_that_the_list_was_opened_is_written_down_without_the_search(desk: Client, ana: Patient) -> None:
    found = desk.get("/admin/patients/", {"q": "anaword"})
    assert "anawordfamily, anawordgiven" in text(found)
    entry = Entry.objects.get(verb="patients.viewed")
    assert entry.particulars == {"view": "all", "shown": 1}


def test_a_reference_leads_straight_to_the_record(desk: Client, ana: Patient) -> None:
    assert desk.get("/admin/patients/", {"q": ana.ref.lower()}).url == f"/admin/patients/{ana.ref}/"


@pytest.mark.parametrize(
    "query", [{"view": "x"}, {"location": "x"}, {"after": "PT-0000"}, {"q": "\x00"}, {"tag": "9" * 30}]
)
def test_nonsense_in_the_address_does_not_matter(desk: Client, ana: Patient, query: dict[str, str]) -> None:
    assert desk.get("/admin/patients/", query).status_code == 200


def test_the_record_shows_every_room_and_the_reading_is_written_down(desk: Client, ana: Patient, rosa: User) -> None:
    shown = text(page(desk, ana))
    for words in ("anaword crown", "anaword wrote a note", "anaword was happy", "(360) 555-0133", "anaword daughter"):
        assert words in shown
    assert "anaword@readers.example" not in shown
    entry = Entry.objects.get(verb="patient.viewed")
    assert (entry.about, entry.by) == (ana.journal_name, f"user:{rosa.ref}")
    assert "Rosa Delgado" in shown


def test_the_page_asks_a_fixed_number_of_questions(
    desk: Client, ana: Patient, django_assert_max_num_queries: Any
) -> None:
    page(desk, ana)
    for number in range(30):
        people.message(ana.reader, "anaword@readers.example", content=str(number))
        Note.objects.create(patient=ana, text="x", by="Rosa")
    with django_assert_max_num_queries(60):
        page(desk, ana)


def test_each_sort_of_lines_has_its_number_and_its_tab(desk: Client, ana: Patient) -> None:
    found = page(desk, ana, tab="notes").context
    assert {tab: number for tab, _label, number in found["tabs"]}["visits"] == 1
    assert {line.tab for line in found["story"].lines} == {records.Tab.NOTES}
    assert page(desk, ana, tab="nonsense", before="nonsense").context["tab"] == ""


def test_older_lines_follow_without_a_gap(desk: Client, ana: Patient) -> None:
    for number in range(45):
        Note.objects.create(patient=ana, text=f"note {number}", by="Rosa", at=people.long_ago(number + 1))
    seen: list[str] = []
    query = {"tab": "notes"}
    while True:
        story = page(desk, ana, **query).context["story"]
        seen += [line.text for line in story.lines]
        if story.older is None:
            break
        query["before"] = story.older.isoformat()
    assert len(seen) == len(set(seen)) == 46


def test_an_address_is_shown_by_post_and_written_down(desk: Client, ana: Patient) -> None:
    point = ContactPoint.objects.get(reader=ana.reader, channel=Channel.EMAIL)
    assert desk.get(f"/admin/patients/{ana.ref}/contact/{point.pk}/shown/").status_code == 405
    shown = post(desk, ana, f"contact/{point.pk}/shown")
    assert "anaword@readers.example" in text(shown)
    assert Entry.objects.get(verb="patient.address_shown").particulars == {"channel": "email"}


def test_somebody_elses_address_is_not_shown(desk: Client, ana: Patient) -> None:
    other = PatientFactory.create()
    point = ContactPoint.objects.get(reader=other.reader)
    assert post(desk, ana, f"contact/{point.pk}/shown").status_code == 404
    assert post(desk, ana, f"contact/{point.pk}/removal").status_code == 404
    assert ContactPoint.objects.filter(pk=point.pk).exists()


def test_the_access_report_says_who_read_what(desk: Client, ana: Patient) -> None:
    page(desk, ana)
    shown = text(page(desk, ana, "access/"))
    assert shown.count("Rosa Delgado") >= 2
    assert "Record opened" in shown
    assert Entry.objects.filter(verb="access_report.viewed", about=ana.journal_name).count() == 1
    post(desk, ana, "contact", channel="sms", address="(360) 555-0117")
    assert "Address added: Text message" in text(page(desk, ana, "access/"))


def test_what_somebody_did_by_a_link_of_their_own_is_said_as_theirs(desk: Client, ana: Patient) -> None:
    with transaction.atomic():
        record("referral.told", subject="referral:RF-1", by=f"reader:{ana.reader.ref}", about=ana)
        record("referral.told", subject="referral:RF-2", by="reader:RD-0000", about=ana)
    shown = text(page(desk, ana, "access/"))
    assert "The patient, by a link" in shown
    assert "reader:RD-0000" in shown


def test_every_answer_stands_with_its_wording(desk: Client, ana: Patient) -> None:
    assert "test-1" in text(page(desk, ana, "consents/"))


DATA = {
    "given_name": "Ana",
    "family_name": "Ruiz",
    "born_on": "1990-05-06",
    "gender": "female",
    "language": "es",
    "payer_class": "commercial",
    "source": "Sign",
    "street": "4 Elm",
    "city": "Port Ellery",
    "state": "wa",
    "postal_code": "98001",
}


def test_data_are_changed(desk: Client, ana: Patient) -> None:
    assert post(desk, ana, "data", **DATA, version=ana.version).status_code == 302
    ana.refresh_from_db()
    assert (str(ana), str(ana.born_on), ana.birthday, ana.version) == ("Ana Ruiz", "1990-05-06", 506, 2)
    assert ana.reader.postal_address.state == "WA"
    entry = Entry.objects.get(verb="patient.edited")
    assert "born_on" in entry.particulars["fields"]
    assert "Ruiz" not in str(entry.particulars)


def test_a_colleagues_change_is_not_overwritten(desk: Client, ana: Patient) -> None:
    assert post(desk, ana, "data", **DATA, version=ana.version).status_code == 302
    late = post(desk, ana, "data", **{**DATA, "given_name": "Eva"}, version=ana.version)
    assert late.status_code == 409
    assert "A colleague changed this record meanwhile" in text(late)
    assert Reader.objects.get(pk=ana.reader_id).given_name == "Ana"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("born_on", "2999-01-01"), ("born_on", "1700-01-01"), ("given_name", ""), ("language", "xx")),
        *(("payer_class", "gold"), ("responsible", "PT-0000"), ("postal_code", "1" * 11), ("provider", "99999")),
    ],
)
def test_what_cannot_be_is_refused_in_words(desk: Client, ana: Patient, field: str, value: str) -> None:
    found = post(desk, ana, "data", **{**DATA, field: value}, version=ana.version)
    assert found.status_code == 422
    assert "gw-error" in text(found)
    assert not Entry.objects.filter(verb="patient.edited").exists()


def test_nobody_answers_for_themselves(desk: Client, ana: Patient) -> None:
    assert post(desk, ana, "data", **DATA, responsible=ana.ref, version=1).status_code == 422


def test_a_form_takes_no_more_than_it_shows(desk: Client, ana: Patient) -> None:
    post(
        desk,
        ana,
        "data",
        **DATA,
        version=ana.version,
        status="deceased",
        spent_cents="9",
        external_id="x",
        ref="PT-1111",
    )
    ana.refresh_from_db()
    assert (ana.status, ana.external_id) == (PatientStatus.ACTIVE, None)


def test_hostile_text_is_only_text(desk: Client, ana: Patient) -> None:
    post(desk, ana, "notes", text=HOSTILE)
    post(desk, ana, "confidants", name=HOSTILE[:70], relation="x", extent="dates")
    Reader.objects.filter(pk=ana.reader_id).update(given_name=HOSTILE[:70])
    for way in ("", "consents/", "access/", "contact/", "confidants/", "data/", "merge/"):
        shown = text(page(desk, ana, way))
        assert "<script>alert(1)" not in shown
        assert "<img src=x" not in shown


def test_a_patient_is_added_by_hand(desk: Client, location: Location) -> None:
    found = desk.post("/admin/patients/new/", DATA)
    patient = Patient.objects.get()
    assert found.url == f"/admin/patients/{patient.ref}/contact/"
    assert patient.reader.kind == Reader.Kind.PATIENT
    assert desk.post("/admin/patients/new/", {}).status_code == 422


def test_who_pays_is_not_known_until_somebody_says_so(desk: Client) -> None:
    shown = desk.get("/admin/patients/new/").content.decode()
    assert '<option value="unknown" selected>' in shown
    assert shown.count(" selected>Federal program") == 0


def test_a_merge_taken_back_names_the_record_that_keeps_what_came_since(desk: Client, ana: Patient, rosa: User) -> None:
    other = PatientFactory.create()
    merge = merging.merge(survivor=ana, gone=other, by=rosa)
    answer = desk.post(f"/admin/patients/{ana.ref}/merges/{merge.ref}/undoing/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/admin/patients/{other.ref}/"
    assert f"What came since stays with {ana.ref}." in answer.content.decode()


def test_addresses_come_first_are_verified_and_go(desk: Client, ana: Patient) -> None:
    assert post(desk, ana, "contact", channel="email", address="New@Readers.Example").status_code == 302
    assert post(desk, ana, "contact", channel="email", address="new@readers.example").status_code == 302
    new = ContactPoint.objects.get(address="new@readers.example")
    assert not new.is_primary
    post(desk, ana, f"contact/{new.pk}/first")
    post(desk, ana, f"contact/{new.pk}/verification")
    new.refresh_from_db()
    assert new.is_primary
    assert new.verified_at is not None
    assert ContactPoint.objects.filter(reader=ana.reader, channel="email", is_primary=True).count() == 1
    post(desk, ana, f"contact/{new.pk}/removal")
    assert post(desk, ana, f"contact/{new.pk}/removal").status_code == 404
    assert ContactPoint.objects.get(reader=ana.reader, channel="email").is_primary


@pytest.mark.parametrize(
    ("channel", "address"), [("email", "not mail"), ("sms", "12"), ("post", "x@y.example"), ("sms", "")]
)
def test_what_is_no_address_is_refused(desk: Client, ana: Patient, channel: str, address: str) -> None:
    assert post(desk, ana, "contact", channel=channel, address=address).status_code == 422


def test_who_may_be_told_is_added_and_ends(desk: Client, ana: Patient) -> None:
    post(desk, ana, "confidants", name="Kari", relation="daughter", extent="everything")
    kari = next(one for one in Confidant.objects.all() if one.name == "Kari")
    assert "Kari, daughter" in text(page(desk, ana))
    assert "kept by Rosa Delgado" in text(page(desk, ana, "confidants/"))
    post(desk, ana, f"confidants/{kari.pk}/removal")
    assert post(desk, ana, f"confidants/{kari.pk}/removal").status_code == 404
    other = PatientFactory.create()
    assert post(desk, other, f"confidants/{Confidant.objects.get().pk}/removal").status_code == 404


def test_tags_and_facts_are_kept_by_their_type(desk: Client, ana: Patient) -> None:
    tag = Tag.objects.create(name="Board")
    for slug, kind in (("visits", "number"), ("since", "date"), ("anxious", "yes_no"), ("chair", "choice")):
        Attribute.objects.create(slug=slug, label=slug, kind=kind, nature=Nature.IDENTITY, choices=["left", "right"])
    given = {
        "tags": [tag.pk],
        "fact_visits": "3",
        "fact_since": "2020-02-29",
        "fact_anxious": "no",
        "fact_chair": "left",
    }
    assert post(desk, ana, "facts", **given).status_code == 302
    said = {value.attribute.slug: value.value for value in ana.attribute_values.select_related("attribute")}
    assert (said["visits"], str(said["since"]), said["anxious"], said["chair"]) == (3, "2020-02-29", False, "left")
    assert "hobby" not in said
    assert [one.name for one in ana.reader.tags.all()] == ["Board"]
    assert post(desk, ana, "facts", fact_chair="middle").status_code == 422


def test_how_it_stands_is_changed_once(desk: Client, ana: Patient) -> None:
    assert post(desk, ana, "status", status="moved", version=1).status_code == 302
    assert post(desk, ana, "status", status="inactive", version=1).status_code == 409
    assert post(desk, ana, "status", status="deceased", version=2).status_code == 422
    ana.refresh_from_db()
    assert (ana.status, Entry.objects.filter(verb="patient.moved").count()) == ("moved", 1)


def test_one_click_stops_everything_and_a_slip_is_taken_back(desk: Client, ana: Patient) -> None:
    assert desk.get(f"/admin/patients/{ana.ref}/deceased/").status_code == 405
    for _again in range(2):
        assert post(desk, ana, "deceased").status_code == 302
    assert Entry.objects.filter(verb="patient.deceased").count() == 1
    run_due()
    assert not Message.objects.filter(reader=ana.reader, next_try_at__isnull=False).exists()
    shown = text(page(desk, ana))
    assert "Nothing is sent any more" in shown
    assert "Deceased: stop everything" not in shown
    assert post(desk, ana, "status", status="active", version=1).status_code == 302
    ana.refresh_from_db()
    assert ana.status == "deceased"
    post(desk, ana, "living")
    ana.refresh_from_db()
    assert ana.status == "active"

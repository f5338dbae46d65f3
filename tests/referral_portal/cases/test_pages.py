"""The office's pages: the form that sends a patient, and the case that comes of it; with what may go wrong."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Entry
from practice.models import Provider, Service
from referral_portal.cases import actions
from referral_portal.cases.models import Case, CaseFile
from referral_portal.cases.states import CaseState
from referral_portal.offices.models import Office, ReferringDoctor
from tests.cast import sign_in
from tests.factories.cases import pdf, picture, visit

pytestmark = pytest.mark.django_db


NEW = "/portal/office/cases/new/"


def test_the_form_opens_with_empty_boxes(dana_in: Client, dr_grant: ReferringDoctor, root_canal: Service) -> None:
    page = dana_in.get(NEW)
    html = page.content.decode()
    assert page.status_code == 200
    assert 'id="case-form"' in html
    assert not re.search(r'name="knows"[^>]*checked', html)
    assert "Dr. Alicia Grant" in html


def test_sending_a_patient_makes_one_case_with_its_file(
    dana_in: Client, filled: dict[str, Any], saltmarsh: Office
) -> None:
    answer = dana_in.post(NEW, {**filled, "uploads": [picture(), pdf()]})
    case = Case.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/portal/office/cases/{case.ref}/sent/"
    assert (case.name, case.born, case.phone) == ("Walter Brandvold", "1954-03-14", "(360) 555-0188")
    assert (case.status, case.teeth, case.reason) == (CaseState.SUBMITTED, "3", "root-canal")
    assert case.service.slug == "root-canal"
    assert sorted(file.kind for file in case.files.all()) == ["jpeg", "pdf"]
    assert dana_in.get(answer["Location"]).status_code == 200


def test_a_double_click_makes_one_case(dana_in: Client, filled: dict[str, Any]) -> None:
    first, second = dana_in.post(NEW, filled), dana_in.post(NEW, filled)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    assert Entry.objects.filter(verb="case.submitted").count() == 1


def test_the_case_page_opens(dana_in: Client, walter: Case, dr_lindqvist: Provider) -> None:
    walter = actions.acknowledge(case=walter, by=dr_lindqvist.staff_member.user)  # type: ignore[arg-type]
    visit(walter, dr_lindqvist)
    for name in ("case", "case_print", "case_slip", "case_sent"):
        page = dana_in.get(reverse(f"portal_office:{name}", args=[walter.ref]))
        assert page.status_code == 200, name
    for name in ("case_correction", "case_cancellation", "case_files"):
        assert dana_in.get(reverse(f"portal_office:{name}", args=[walter.ref])).status_code == 200, name


def test_the_list_opens(dana_in: Client, walter: Case) -> None:
    page = dana_in.get("/portal/office/cases/")
    assert page.status_code == 200
    assert f'data-ref="{walter.ref}"' in page.content.decode()


def test_a_birth_date_that_can_be_read_in_two_ways_is_asked(dana_in: Client, filled: dict[str, Any]) -> None:
    asked = dana_in.post(NEW, {**filled, "patient": "Walter Brandvold 03/04/1954 360-555-0188"})
    html = asked.content.decode()
    assert asked.status_code == 422
    assert "March 4, 1954" in html
    assert "April 3, 1954" in html
    answer = dana_in.post(NEW, {**filled, "patient": "Walter Brandvold 03/04/1954 360-555-0188", "dob": "1954-04-03"})
    assert answer.status_code == 302
    assert Case.objects.get().born == "1954-04-03"


def test_nothing_typed_or_uploaded_is_lost_on_an_error(dana_in: Client, filled: dict[str, Any]) -> None:
    del filled["knows"]
    wrong = dana_in.post(NEW, {**filled, "plan": "Delta Dental", "uploads": [picture("bitewing.jpg")]})
    html = wrong.content.decode()
    assert wrong.status_code == 422
    assert Case.objects.count() == 0
    for kept in ("Walter Brandvold  03/14/1954", "Lingering cold response.", "Delta Dental", "bitewing.jpg"):
        assert kept in html
    assert re.search(r'name="tooth" value="3" checked', html)
    dana_in.post(NEW, {**filled, "knows": "on"})
    assert [str(file.name) for file in Case.objects.get().files.all()] == ["bitewing.jpg"]


def test_an_uploaded_file_can_be_taken_away_again(dana_in: Client, filled: dict[str, Any]) -> None:
    del filled["knows"]
    dana_in.post(NEW, {**filled, "uploads": [picture()]})
    file = CaseFile.objects.get()
    assert file.path.exists()
    page = dana_in.post(NEW, {**filled, "drop": str(file.pk)})
    assert page.status_code == 200
    assert not CaseFile.objects.exists()


def test_nobody_takes_away_the_files_of_another(
    client: Client, dana_in: Client, filled: dict[str, Any], otto: User, kestrel: Office
) -> None:
    del filled["knows"]
    dana_in.post(NEW, {**filled, "uploads": [picture()]})
    file = CaseFile.objects.get()
    stranger = sign_in(Client(), otto)
    page = stranger.post(NEW, {"request_key": filled["request_key"], "drop": str(file.pk)})
    assert CaseFile.objects.filter(pk=file.pk).exists()
    assert str(file.pk) not in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"patient": "Walter"}, "first and last name"),
        ({"patient": "Walter Brandvold 360-555-0188"}, "birth date"),
        ({"patient": "Walter Brandvold 03/14/1954"}, "area code"),
        ({"reason": ""}, "Choose a reason"),
        ({"tooth": []}, "Choose the tooth"),
        ({"urgency": "emergency"}, "call us"),
        ({"patient": "Lucy Hanover 03/14/2017 360-555-0188"}, "responsible adult"),
        ({"doctor": "RF-NONE"}, "Select a valid choice"),
        ({"doctor": ""}, "required"),
        ({"urgency": "whenever"}, "Select a valid choice"),
        ({"request_key": "no-key"}, "valid UUID"),
    ],
)
def test_what_is_missing_is_said(dana_in: Client, filled: dict[str, Any], wrong: dict[str, Any], said: str) -> None:
    page = dana_in.post(NEW, {**filled, **wrong})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert Case.objects.count() == 0


def test_a_doctor_of_another_office_cannot_be_named(dana_in: Client, filled: dict[str, Any], kestrel: Office) -> None:
    from tests.factories.offices import ReferringDoctorFactory

    foreign = ReferringDoctorFactory.create(office=kestrel)
    assert dana_in.post(NEW, {**filled, "doctor": foreign.ref}).status_code == 422


def test_a_form_cannot_set_what_it_does_not_show(dana_in: Client, filled: dict[str, Any], kestrel: Office) -> None:
    dana_in.post(NEW, {**filled, "status": "completed", "office": kestrel.pk, "ref": "JR-HACK", "version": "99"})
    case = Case.objects.get()
    assert (case.status, case.version, case.office.ref) == ("submitted", 2, "OF-SALT")
    assert case.ref != "JR-HACK"


def test_not_sure_is_a_tooth_and_quadrants_are_kept(dana_in: Client, filled: dict[str, Any]) -> None:
    dana_in.post(NEW, {**filled, "tooth": [], "tooth_set": "unsure"})
    quadrant = {"tooth_set": "quadrant", "arch": ["upper-left", "whole-lower-arch"], "anyway": "1"}
    dana_in.post(NEW, {**filled, **quadrant, "request_key": str(uuid4())})
    assert sorted(Case.objects.values_list("tooth_set", "teeth")) == [
        ("quadrant", "upper-left,whole-lower-arch"),
        ("unsure", ""),
    ]


def test_the_same_patient_again_is_asked_about_first(dana_in: Client, filled: dict[str, Any]) -> None:
    dana_in.post(NEW, filled)
    again = {**filled, "request_key": str(uuid4())}
    page = dana_in.post(NEW, again)
    assert page.status_code == 422
    assert Case.objects.get().ref in page.content.decode()
    assert dana_in.post(NEW, {**again, "anyway": "1"}).status_code == 302
    assert Case.objects.count() == 2


def test_another_offices_patient_is_never_mentioned(
    client: Client, filled: dict[str, Any], walter: Case, otto: User, kestrel: Office
) -> None:
    from tests.factories.offices import ReferringDoctorFactory

    doctor = ReferringDoctorFactory.create(office=kestrel)
    answer = sign_in(client, otto).post(NEW, {**filled, "doctor": doctor.ref})
    assert answer.status_code == 302


def test_send_and_start_another_leads_to_a_fresh_form(dana_in: Client, filled: dict[str, Any]) -> None:
    assert dana_in.post(NEW, {**filled, "again": "1"})["Location"] == NEW


def test_an_emergency_is_not_left_to_the_portal(dana_in: Client, filled: dict[str, Any]) -> None:
    answer = dana_in.post(NEW, {**filled, "urgency": "emergency", "called": "i-have-called"})
    assert "please call" in dana_in.get(answer["Location"]).content.decode()
    assert Case.objects.get().emergency_call == "i-have-called"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("run.exe", b"MZ" + b"\0" * 400),
        ("trick.dcm", b"MZ" + b"\0" * 126 + b"DICM" + b"\0" * 40),
        ("list.zip", b"PK\x03\x04" + b"\0" * 200),
        ("movie.gif", b"GIF89a" + b"\0" * 200),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("empty.jpg", b""),
    ],
)
def test_what_we_do_not_take_is_refused_by_its_bytes(
    dana_in: Client, filled: dict[str, Any], name: str, content: bytes
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = dana_in.post(NEW, {**filled, "uploads": [SimpleUploadedFile(name, content, "image/jpeg")]})
    assert page.status_code == 422 or (not content and Case.objects.get().files.count() == 0)
    assert not CaseFile.objects.exists()


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% debug %}'


def test_hostile_words_stay_words(dana_in: Client, filled: dict[str, Any], rosa: User, walter: Case) -> None:
    actions.write(case=walter, text=HOSTILE, asks=True, by=rosa)
    actions.correct(case=walter, field="plan", value=HOSTILE, by=User.objects.get(email__startswith="dana"))
    dana_in.post(NEW, {**filled, "note": HOSTILE, "member_id": HOSTILE[:60], "anyway": "1"})
    dana_in.post(f"/portal/office/cases/{walter.ref}/messages/", {"msg": HOSTILE})
    new = Case.objects.exclude(pk=walter.pk).get()
    pages = [
        f"/portal/office/cases/{case.ref}/{end}" for case in (walter, new) for end in ("", "print/", "slip/", "sent/")
    ]
    for url in [*pages, "/portal/office/cases/", "/portal/office/cases/?view=all&q=" + HOSTILE]:
        html = dana_in.get(url).content.decode()
        assert "<script>alert" not in html, url
        assert "<img src=x" not in html, url
        assert ">49<" not in html, url

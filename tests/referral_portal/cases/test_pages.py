"""The office's pages: send, list, follow, correct, confirm; each with what may go wrong."""

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
from referral_portal.cases.models import Case
from referral_portal.cases.states import CaseState
from referral_portal.offices.models import Office, ReferringDoctor
from tests.cast import sign_in
from tests.factories.cases import pdf, picture, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana_in(client: Client, dana: User, saltmarsh: Office) -> Client:
    return sign_in(client, dana)


@pytest.fixture
def filled(dr_grant: ReferringDoctor, root_canal: Service) -> dict[str, Any]:
    """Return a form as Dana fills it in."""
    return {
        "request_key": str(uuid4()),
        "doctor": dr_grant.ref,
        "provider": "",
        "patient": "Walter Brandvold  03/14/1954  360-555-0188",
        "knows": "on",
        "reason": "root-canal",
        "tooth_set": "permanent",
        "tooth": ["3"],
        "urgency": "urgent",
        "note": "Lingering cold response.",
    }


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

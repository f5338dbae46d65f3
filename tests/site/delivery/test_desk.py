"""Consent at the desk: what a patient told a colleague, the paper form to print, and the report."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from journal.models import Entry
from patients import wordings
from patients.actions import suppress
from patients.choices import choices_of
from patients.models import Consent, Patient, Reader, Wording
from practice.courtesy import Courtesy
from practice.models import Practice
from tests.cast import sign_in
from tests.factories.patients import PatientFactory, agree, letter_reader
from tests.spanish import english_left, said

pytestmark = [pytest.mark.django_db, pytest.mark.both]
CHOICES = {"wanted": ["letter.email"], "language": "en", "at_most": "month", "how": "phone"}


@pytest.fixture
def walter(practice: Practice, location: Any) -> Patient:
    reader = letter_reader(given_name="Walter", family_name="Brandvold", kind=Reader.Kind.PATIENT)
    return PatientFactory.create(reader=reader)


def page(patient: Patient) -> str:
    return reverse("consent:preferences", args=[patient.ref])


def test_what_a_patient_says_is_kept_with_how_they_said_it(client: Client, rosa: User, walter: Patient) -> None:
    sign_in(client, rosa)
    assert "Walter Brandvold" in client.get(page(walter)).content.decode()
    answer = client.post(page(walter), CHOICES | {"wanted": ["letter.email", "due.email"]})
    assert answer.status_code == 302
    line = Consent.objects.standing().get(purpose="treatment")
    assert (line.source, line.basis, line.wording_version) == ("desk", "agreed", "preferences-2026-11")
    assert line.evidence == {"language": "en", "topics": ["due"], "how": "phone"}
    entry = Entry.objects.get(verb="preferences.chosen")
    assert (entry.by, entry.about) == (f"user:{rosa.ref}", f"patient:{walter.ref}")


def test_a_paper_form_is_entered_with_its_day_and_its_own_words(client: Client, rosa: User, walter: Patient) -> None:
    sign_in(client, rosa)
    client.post(page(walter), CHOICES | {"wanted": ["due.email"], "how": "paper", "signed_on": "2026-11-20"})
    no = Consent.objects.standing().get(purpose="own_services")
    assert (no.is_given, no.source) == (False, "paper")
    assert no.evidence["on"] == "2026-11-20"
    assert Wording.objects.get().version == "preferences-form-2026-11"
    assert "Message and data rates may apply" in Wording.objects.get().text


def test_how_it_was_said_must_be_told(client: Client, rosa: User, walter: Patient) -> None:
    sign_in(client, rosa)
    before = Consent.objects.count()
    answer = client.post(page(walter), CHOICES | {"wanted": ["due.email"], "how": ""})
    assert answer.status_code == 422
    assert "Say how they told you." in answer.content.decode()
    assert Consent.objects.count() == before
    assert 'value="due.email" checked' in answer.content.decode()


def test_the_desk_reads_why_something_would_not_come(client: Client, rosa: User, walter: Patient) -> None:
    suppress(channel="email", address=walter.reader.address(), reason="hard_bounce", by=None)
    sign_in(client, rosa)
    text = client.get(page(walter)).content.decode()
    assert "What would not reach them today" in text
    assert "The address is blocked" in text
    assert "There is no address for this on file." in text
    assert Entry.objects.filter(verb="patient.viewed", by=f"user:{rosa.ref}").exists()


def test_what_is_chosen_for_a_child_is_the_adults(client: Client, rosa: User, walter: Patient) -> None:
    child = PatientFactory.create(born_on=date(2020, 5, 1), responsible=walter)
    sign_in(client, rosa)
    assert "goes to Walter Brandvold" in client.get(page(child)).content.decode()
    client.post(page(child), CHOICES | {"wanted": ["letter.email", "news.email", "due.email"]})
    assert "due.email" in choices_of(walter.reader).wanted
    assert not Consent.objects.filter(reader=child.reader).exists()


@pytest.mark.parametrize("name", ["hannah", "priya"])
def test_only_who_edits_patients_answers_for_them(
    client: Client, request: pytest.FixtureRequest, walter: Patient, name: str
) -> None:
    sign_in(client, request.getfixturevalue(name))
    for address in (page(walter), reverse("consent:form", args=[walter.ref]), reverse("consent:blank_form")):
        assert client.get(address).status_code in {302, 403}
    assert client.post(page(walter), CHOICES).status_code in {302, 403}
    assert not Entry.objects.filter(verb="preferences.chosen").exists()


def test_the_form_is_printed_blank_and_for_one_patient(client: Client, rosa: User, walter: Patient) -> None:
    Courtesy.objects.create(practice=Practice.objects.get(), discreet_name="J. Row Studio")
    sign_in(client, rosa)
    blank = client.get(reverse("consent:blank_form")).content.decode()
    theirs = client.get(reverse("consent:form", args=[walter.ref])).content.decode()
    for text in (blank, theirs):
        assert "preferences-form-2026-11" in text
        assert "Signature" in text
        assert "J. Row Studio" in text
    assert "Walter Brandvold" in theirs
    assert "is-on" in theirs
    assert "Walter" not in blank
    assert "is-on" not in blank
    assert client.get(reverse("consent:form", args=["PT-0000"])).status_code == 404


def test_the_form_is_in_the_language_in_which_we_write_the_patient(client: Client, rosa: User, walter: Patient) -> None:
    Courtesy.objects.create(practice=Practice.objects.get(), discreet_name="J. Row Studio")
    Reader.objects.filter(pk=walter.reader_id).update(language="es")
    sign_in(client, rosa)
    html = client.get(reverse("consent:form", args=[walter.ref])).content.decode()
    start, end = html.index('<header class="gw-lead">'), html.index("preferences-form-2026-11")
    with translation.override("es"):
        assert str(wordings.shown()[wordings.PAPER]) in html
    assert 'class="gw-page gw-paper" lang="es"' in html
    assert "Walter Brandvold" in html[start:end]
    assert list(english_left(said(html[start:end]))) == []
    assert "Print it from your browser" in html[:start]


@pytest.mark.parametrize(("asked", "given"), [("", "en"), ("?language=es", "es"), ("?language=xx", "en")])
def test_a_pile_is_printed_in_the_language_that_is_asked_for(
    client: Client, rosa: User, practice: Practice, asked: str, given: str
) -> None:
    sign_in(client, rosa)
    html = client.get(reverse("consent:blank_form") + asked).content.decode()
    assert f'class="gw-page gw-paper" lang="{given}"' in html
    assert ("Firma" in html, "Signature" in html) == (given == "es", given == "en")
    assert f'href="?language={"en" if given == "es" else "es"}"' in html


def test_the_desks_page_asks_few_questions(
    client: Client, rosa: User, walter: Patient, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, rosa)
    client.get(page(walter))
    with django_assert_max_num_queries(55):
        client.get(page(walter))


def test_the_report_counts_what_stands(client: Client, okafor: User, walter: Patient) -> None:
    agree(walter.reader, purpose="treatment", basis="may_object")
    agree(letter_reader(), is_given=False)
    suppress(channel="email", address="gone@readers.example", reason="hard_bounce", by=None)
    sign_in(client, okafor)
    text = " ".join(client.get(reverse("consent:report")).content.decode().split())
    assert "Newest answers" in text
    assert walter.ref in text
    assert "Walter" not in text
    assert "The address does not exist" in text
    answer = client.get(reverse("consent:report_csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows == [
        ["channel", "purpose", "agreed", "may_object", "no"],
        ["email", "treatment", "0", "1", "0"],
        ["email", "own_services", "1", "0", "1"],
    ]
    assert "attachment" in answer["Content-Disposition"]


def test_the_report_says_so_where_nobody_was_asked(client: Client, okafor: User) -> None:
    sign_in(client, okafor)
    text = client.get(reverse("consent:report")).content.decode()
    assert "Nobody was asked yet" in text
    assert "consent.csv" not in text


def test_an_editor_sees_numbers_and_no_patients(client: Client, hannah: User, walter: Patient) -> None:
    sign_in(client, hannah)
    text = client.get(reverse("consent:report")).content.decode()
    assert "Newest answers" in text
    assert walter.ref not in text


def test_the_report_asks_few_questions(
    client: Client, okafor: User, walter: Patient, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, okafor)
    client.get(reverse("consent:report"))
    with django_assert_max_num_queries(40):
        client.get(reverse("consent:report"))

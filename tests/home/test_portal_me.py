"""A patient's own page: what is coming up, and nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from patients.models import Patient
from practice.models import Practice
from tests.cast import sign_in
from tests.factories.patients import AppointmentFactory, PatientFactory
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db


def test_it_shows_the_next_visit_and_not_the_last_nor_another_persons(
    client: Client, margaret: User, margaret_patient: Patient
) -> None:
    now = timezone.now()
    soon = AppointmentFactory.create(patient=margaret_patient, starts_at=now + timedelta(days=5))
    for patient, days, status in (
        (margaret_patient, 9, "booked"),
        (margaret_patient, -2, "kept"),
        (margaret_patient, 1, "cancelled"),
        (PatientFactory.create(), 2, "booked"),
    ):
        AppointmentFactory.create(patient=patient, starts_at=now + timedelta(days=days), status=status)
    page = sign_in(client, margaret).get("/portal/me/").text
    assert page.count("<time datetime=") == 1
    assert timezone.localtime(soon.starts_at).isoformat()[:16] in page


@pytest.mark.parametrize(
    ("moment", "greeting"),
    [("16:00", "Good morning, Margaret"), ("22:00", "Good afternoon, Margaret"), ("03:00", "Good evening, Margaret")],
)
def test_it_greets_by_the_practices_clock(client: Client, margaret: User, moment: str, greeting: str) -> None:
    with time_machine.travel(f"2026-11-24 {moment}Z", tick=False):
        assert greeting in sign_in(client, margaret).get("/portal/me/").text


def test_it_shows_three_friends_at_most(client: Client, margaret: User, margaret_patient: Patient) -> None:
    for day in range(5):
        moment = timezone.now() - timedelta(days=day)
        ReferralFactory.create(referrer=margaret_patient.reader, made_at=moment, thanked=day % 2 == 0)
    page = sign_in(client, margaret).get("/portal/me/").text
    assert page.count('data-ref="RF-') == 3


def test_others_have_no_such_page(client: Client, rosa: User, dana: User) -> None:
    assert client.get("/portal/me/").status_code == 302
    for user in (rosa, dana):
        assert sign_in(Client(), user).get("/portal/me/").status_code == 403


def test_it_leads_to_a_patients_choices_whether_a_letter_came_or_not(
    client: Client, margaret: User, margaret_patient: Patient, practice: Practice
) -> None:
    signed_in = sign_in(client, margaret)
    assert 'href="/portal/me/preferences/"' in signed_in.get("/portal/me/").text
    assert signed_in.get("/portal/me/preferences/").status_code == 200


def test_the_preferences_are_a_patients_own(client: Client, rosa: User) -> None:
    assert client.get("/portal/me/preferences/").status_code == 302
    assert sign_in(client, rosa).get("/portal/me/preferences/").status_code == 403

"""Margaret, her own link, and her phone, signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from patients.models import Patient, Reader
from referral_portal.referrals import actions
from referral_portal.referrals.models import PersonalLink
from tests.cast import sign_in


@pytest.fixture
def reader(margaret_patient: Patient) -> Reader:
    return margaret_patient.reader


@pytest.fixture
def link(reader: Reader) -> PersonalLink:
    return actions.create_link(reader=reader, by=reader.user)


@pytest.fixture
def patient_client(client: Client, margaret: User) -> Client:
    return sign_in(client, margaret)

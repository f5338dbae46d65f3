"""Dana at the front desk, signed in, and a form as she fills it in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from practice.models import Location, Provider, Service, StaffMember
from referral_portal.cases import actions
from referral_portal.cases.models import Case
from referral_portal.offices.models import Office, ReferringDoctor
from tests.cast import sign_in
from tests.factories.cases import CaseFactory


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


@pytest.fixture
def accepted(saltmarsh: Office, dana: User, root_canal: Service, location: Location, rosa: User) -> Case:
    return CaseFactory.create(
        office=saltmarsh,
        author=dana,
        service=root_canal,
        location=location,
        status="accepted",
        assignee=StaffMember.objects.get(user=rosa),
    )


@pytest.fixture
def completed(accepted: Case, rosa: User, dr_lindqvist: Provider) -> Case:
    return actions.complete(case=accepted, ending="treated", text="Done.", clinician=dr_lindqvist, by=rosa)

"""Dana at the front desk, signed in, and a form as she fills it in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from practice.models import Service
from referral_portal.offices.models import Office, ReferringDoctor
from tests.cast import sign_in


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

"""The offices of the cast, and what their cases need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from practice.models import Location, Service
from referral_portal.cases.models import Case
from referral_portal.offices.models import Membership, Office, ReferringDoctor
from tests.factories.cases import CaseFactory
from tests.factories.offices import OfficeFactory, ReferringDoctorFactory, belong


@pytest.fixture
def saltmarsh(dana: User) -> Office:
    """Return Saltmarsh Family Dental, where Dana works."""
    office = OfficeFactory.create(ref="OF-SALT", name="Saltmarsh Family Dental", email="front@saltmarsh.example")
    belong(dana, office)
    return office


@pytest.fixture
def lena(office_admin: User, saltmarsh: Office) -> User:
    """Return Lena, who manages the people of Saltmarsh."""
    belong(office_admin, saltmarsh, Membership.Role.ADMIN)
    return office_admin


@pytest.fixture
def kestrel(stranger_office_member: User) -> Office:
    """Return Kestrel Point Dental, where Otto works."""
    office = OfficeFactory.create(ref="OF-KEST", name="Kestrel Point Dental")
    belong(stranger_office_member, office)
    return office


@pytest.fixture
def otto(stranger_office_member: User, kestrel: Office) -> User:
    """Return Otto, who has no business with Saltmarsh's cases."""
    return stranger_office_member


@pytest.fixture
def dr_grant(saltmarsh: Office) -> ReferringDoctor:
    """Return Dr. Alicia Grant of Saltmarsh."""
    return ReferringDoctorFactory.create(name="Dr. Alicia Grant", office=saltmarsh)


@pytest.fixture
def walter(saltmarsh: Office, dana: User, dr_grant: ReferringDoctor, root_canal: Service, location: Location) -> Case:
    """Return the case of Walter Brandvold, just sent by Dana."""
    return CaseFactory.create(
        office=saltmarsh,
        author=dana,
        referring_doctor=dr_grant,
        service=root_canal,
        location=location,
        given_name="Walter",
        family_name="Brandvold",
        phone="(360) 555-0188",
        reason="root-canal",
        tooth_set="permanent",
        teeth="3",
        urgency="urgent",
        submitted_by=f"user:{dana.ref}",
    )


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    """Keep the sealed files of each test apart."""
    settings.PRIVATE_ROOT = tmp_path

"""The fixed cast of the tests: the practice, its people, an office's people, a patient, and strangers.

Each fixture brings only whom it needs; `sign_in(client, user)` lets somebody in with every factor they must show.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import SECOND_FACTOR, Role, roles_of
from patients.models import Patient, Reader
from practice.models import Location, Practice, Provider, Service, StaffMember
from tests.factories import accounts, patients
from tests.factories.practice import (
    LocationFactory,
    PracticeFactory,
    ProviderFactory,
    ServiceFactory,
    StaffMemberFactory,
    open_weekdays,
)


def sign_in(client: Client, user: User) -> Client:
    """Let `user` in by `client`, as the sign-in pages would: by e-mail code, and with a TOTP code where one is due."""
    from allauth.account.internal.flows import login
    from allauth.mfa.models import Authenticator

    client.force_login(user)
    methods: list[dict[str, Any]] = [{"method": "code", "at": time.time(), "email": user.email}]
    if roles_of(user) & SECOND_FACTOR:
        factor, _ = Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "unused in tests"}}
        )
        methods.append({"method": "mfa", "type": "totp", "id": factor.pk, "at": time.time()})
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = methods
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session["signed_in_at"] = session["seen_at"] = int(time.time())
    session.save()
    return client


@pytest.fixture
def practice(db: None) -> Practice:
    """Return Juniper Row."""
    return PracticeFactory.create()


@pytest.fixture
def location(practice: Practice) -> Location:
    """Return its house in Port Ellery, open Monday to Friday, 8 to 5."""
    return open_weekdays(LocationFactory.create(practice=practice, name="Port Ellery", is_main=True))


def _staff(location: Location, role: Role, first: str, last: str, title: str) -> User:
    email = f"{first.lower()}.{last.lower()}@juniper-row.example"
    user = accounts.person(role, first_name=first, last_name=last, email=email)
    name = f"{first} {last}"
    StaffMemberFactory.create(user=user, name=name, title=title, slug=name.lower().replace(" ", "-"), location=location)
    return user


@pytest.fixture
def hannah(location: Location) -> User:
    """Return Hannah Whitlock, the editor."""
    return _staff(location, Role.EDITOR, "Hannah", "Whitlock", "Editor")


@pytest.fixture
def rosa(location: Location) -> User:
    """Return Rosa Delgado, the treatment coordinator, who works Monday, Tuesday and Thursday."""
    user = _staff(location, Role.COORDINATOR, "Rosa", "Delgado", "Treatment coordinator")
    StaffMember.objects.filter(user=user).update(works_on="0,1,3")
    return user


@pytest.fixture
def colette(location: Location, rosa: User) -> User:
    """Return Colette Brandt, office manager (lead) and Rosa's deputy."""
    user = _staff(location, Role.LEAD, "Colette", "Brandt", "Office manager")
    StaffMember.objects.filter(user=rosa).update(deputy=StaffMember.objects.get(user=user))
    return user


@pytest.fixture
def theo(location: Location) -> User:
    """Return Dr. Theo Lindqvist, the endodontist (clinician)."""
    return _staff(location, Role.CLINICIAN, "Theo", "Lindqvist", "Endodontist")


@pytest.fixture
def dr_lindqvist(theo: User) -> Provider:
    """Return Theo as the provider of root canals."""
    return ProviderFactory.create(
        staff_member=StaffMember.objects.get(user=theo), name="Dr. Theo Lindqvist", specialty="Endodontics"
    )


@pytest.fixture
def root_canal(dr_lindqvist: Provider) -> Service:
    """Return the service that Dr. Lindqvist does, and offices send patients for."""
    return ServiceFactory.create(
        name="Root canal treatment", slug="root-canal", concerns_a_tooth=True, providers=[dr_lindqvist]
    )


@pytest.fixture
def okafor(location: Location) -> User:
    """Return Dr. Maren Okafor, the owner."""
    return _staff(location, Role.OWNER, "Maren", "Okafor", "Owner, prosthodontist")


@pytest.fixture
def priya(location: Location) -> User:
    """Return Dr. Priya Raman, the privacy officer."""
    return _staff(location, Role.PRIVACY_OFFICER, "Priya", "Raman", "Periodontist, privacy officer")


@pytest.fixture
def margaret(location: Location) -> User:
    """Return Margaret Ellison, a patient who signs in."""
    return _patient(location, "Margaret", "Ellison").reader.user  # type: ignore[return-value]


@pytest.fixture
def stranger_patient(location: Location) -> User:
    """Return Walter Brandvold, another patient, who has no business with Margaret's things."""
    return _patient(location, "Walter", "Brandvold").reader.user  # type: ignore[return-value]


def _patient(location: Location, first: str, last: str) -> Patient:
    email = f"{first.lower()}.{last.lower()}@patients.example"
    user = accounts.person(Role.PATIENT, first_name=first, last_name=last, email=email)
    reader = patients.letter_reader(
        kind=Reader.Kind.PATIENT, given_name=first, family_name=last, user=user, email=email
    )
    return patients.PatientFactory.create(reader=reader, location=location)


@pytest.fixture
def margaret_patient(margaret: User) -> Patient:
    """Return Margaret as a patient."""
    return Patient.objects.get(reader__user=margaret)


@pytest.fixture
def dana(practice: Practice) -> User:
    """Return Dana Whitcomb, who sends cases from the front desk of Saltmarsh Family Dental."""
    return _office_person(Role.OFFICE_MEMBER, "Dana", "Whitcomb", "office:OF-SALT")


@pytest.fixture
def office_admin(practice: Practice) -> User:
    """Return Lena Saltmarsh, who manages the people of Saltmarsh Family Dental."""
    return _office_person(Role.OFFICE_ADMIN, "Lena", "Saltmarsh", "office:OF-SALT")


@pytest.fixture
def stranger_office_member(practice: Practice) -> User:
    """Return Otto Kestrel of Kestrel Point Dental, who has no business with Saltmarsh's cases."""
    return _office_person(Role.OFFICE_MEMBER, "Otto", "Kestrel", "office:OF-KEST")


def _office_person(role: Role, first: str, last: str, scope_ref: str) -> User:
    email = f"{first.lower()}.{last.lower()}@offices.example"
    return accounts.person(role, scope_ref=scope_ref, first_name=first, last_name=last, email=email)

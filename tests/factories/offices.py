"""Makes offices, their people and the doctors who refer."""

from __future__ import annotations

from typing import Any

import factory

from accounts.actions import grant_role
from accounts.models import User
from accounts.roles import Role
from referral_portal.offices.models import DoctorMembership, Invitation, Membership, Office, ReferringDoctor
from tests.factories import accounts


class OfficeFactory(factory.django.DjangoModelFactory[Office]):
    """An active office somewhere in Washington."""

    class Meta:
        model = Office
        django_get_or_create = ("ref",)

    ref = factory.Sequence(lambda n: f"OF-T{n:03d}")
    name = factory.Sequence(lambda n: f"Office {n}")
    phone = "360-555-0161"
    street = "3 Ferry Street"
    city = "Port Ellery"
    state = "WA"
    zip_code = "98299"


class ReferringDoctorFactory(factory.django.DjangoModelFactory[ReferringDoctor]):
    """A doctor who refers; `office=` says where they work."""

    class Meta:
        model = ReferringDoctor
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Dr. Refers {n}")

    @factory.post_generation
    def office(self: Any, create: bool, extracted: Office | None, **kwargs: Any) -> None:
        if extracted:
            DoctorMembership.objects.create(doctor=self, office=extracted)


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """An invitation that waits."""

    class Meta:
        model = Invitation

    office = factory.SubFactory(OfficeFactory)
    email = factory.Sequence(lambda n: f"invited{n}@offices.example")
    sent_by = "user:U-TEST"


def belong(user: User, office: Office, role: str = Membership.Role.MEMBER) -> Membership:
    """Let somebody belong to an office, with the role that goes with it."""
    granted = Role.OFFICE_ADMIN if role == Membership.Role.ADMIN else Role.OFFICE_MEMBER
    grant_role(user=user, role=granted, by=None, scope_ref=office.scope)
    return Membership.objects.get_or_create(user=user, office=office, ended_at=None, defaults={"role": role})[0]


def member(office: Office, role: str = Membership.Role.MEMBER, **attributes: Any) -> User:
    """Return a new person who belongs to an office."""
    user = accounts.UserFactory.create(**attributes)
    belong(user, office, role)
    return user

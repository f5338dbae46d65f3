"""Makes the practice, where it is, who works there and what it does."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import factory

from practice.models import (
    AwayDate,
    Closure,
    FollowUp,
    Location,
    OpeningHours,
    Practice,
    Provider,
    Service,
    StaffMember,
)
from practice.plans import Plan


class PracticeFactory(factory.django.DjangoModelFactory[Practice]):
    """The one practice; asked for twice, it is the same."""

    class Meta:
        model = Practice
        django_get_or_create = ("only",)

    only = True
    name = "Juniper Row"
    descriptor = "Dental & Implant Studio"
    legal_name = "Juniper Row Dental & Implant Studio"
    domain = "juniper-row.example"
    sender_name = "Juniper Row Dental"
    sender_email = "hello@juniper-row.example"
    reply_email = "desk@juniper-row.example"


class LocationFactory(factory.django.DjangoModelFactory[Location]):
    """A place in Washington, without hours until `open_weekdays` gives it some."""

    class Meta:
        model = Location

    practice = factory.SubFactory(PracticeFactory)
    name = factory.Sequence(lambda n: f"Location {n}")
    street = "14 Juniper Row"
    city = "Port Ellery"
    state = "WA"
    zip_code = "98399"
    phone = "360-555-0142"


def open_weekdays(location: Location, opens: time = time(8), closes: time = time(17)) -> Location:
    """Open `location` Monday to Friday."""
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=opens, closes=closes) for day in range(5)
    )
    return location


def closed(location: Location, day: date, name: str = "Holiday") -> Closure:
    """Close `location` on one day."""
    return Closure.objects.create(location=location, on=day, name=name)


class StaffMemberFactory(factory.django.DjangoModelFactory[StaffMember]):
    """Somebody who works Monday to Friday."""

    class Meta:
        model = StaffMember

    name = factory.Sequence(lambda n: f"Staff Member {n}")
    slug = factory.Sequence(lambda n: f"staff-member-{n}")
    location = factory.SubFactory(LocationFactory)


def away(member: StaffMember, starts_on: date, ends_on: date) -> AwayDate:
    """Send somebody away for some days."""
    return AwayDate.objects.create(staff_member=member, starts_on=starts_on, ends_on=ends_on)


class ProviderFactory(factory.django.DjangoModelFactory[Provider]):
    """A staff member who treats patients."""

    class Meta:
        model = Provider

    staff_member = factory.SubFactory(StaffMemberFactory)
    name = factory.LazyAttribute(lambda provider: f"Dr. {provider.staff_member.name}")


class ServiceFactory(factory.django.DjangoModelFactory[Service]):
    """Something we do, which offices may send patients for."""

    class Meta:
        model = Service
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Service {n}")
    slug = factory.Sequence(lambda n: f"service-{n}")

    @factory.post_generation
    def providers(self: Any, create: bool, extracted: list[Provider] | None, **kwargs: Any) -> None:
        if extracted:
            self.providers.set(extracted)


def take_plans(*names: str, checked_on: date | None = None) -> list[Plan]:
    """Let the practice take these plans, in this order."""
    return [
        Plan.objects.create(name=name, order=10 * (place + 1), checked_on=checked_on)
        for place, name in enumerate(names)
    ]


class FollowUpFactory(factory.django.DjangoModelFactory[FollowUp]):
    """An open promise of one staff member."""

    class Meta:
        model = FollowUp

    what = "Call back"
    concerns = "patient:PT-0000"
    owner = factory.SubFactory(StaffMemberFactory)
    due_on = date(2026, 11, 30)

"""Makes readers and patients, with ways to reach them and what they agreed to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory

from patients.actions import record_consent
from patients.models import Appointment, Basis, Channel, Consent, ContactPoint, Patient, Purpose, Reader
from tests.factories.practice import LocationFactory


class ReaderFactory(factory.django.DjangoModelFactory[Reader]):
    """A subscriber with an e-mail address; `email=""` leaves them without."""

    class Meta:
        model = Reader
        skip_postgeneration_save = True

    kind = Reader.Kind.SUBSCRIBER
    given_name = factory.Sequence(lambda n: f"Reader{n}")
    family_name = factory.Sequence(lambda n: f"Canarywren{n}")

    @factory.post_generation
    def email(self: Any, create: bool, extracted: str | None, **kwargs: Any) -> None:
        address = f"canarypost{self.pk}@readers.example" if extracted is None else extracted
        if address:
            ContactPointFactory.create(reader=self, address=address)


class ContactPointFactory(factory.django.DjangoModelFactory[ContactPoint]):
    """The primary e-mail address of a reader."""

    class Meta:
        model = ContactPoint

    reader = factory.SubFactory(ReaderFactory, email="")
    channel = Channel.EMAIL
    address = factory.Sequence(lambda n: f"canarypost.{n}@readers.example")


class PatientFactory(factory.django.DjangoModelFactory[Patient]):
    """An active patient born in 1955, with an e-mail address."""

    class Meta:
        model = Patient

    reader = factory.SubFactory(ReaderFactory, kind=Reader.Kind.PATIENT)
    born_on = date(1955, 3, 14)


class AppointmentFactory(factory.django.DjangoModelFactory[Appointment]):
    """A booked visit on a Monday morning."""

    class Meta:
        model = Appointment

    patient = factory.SubFactory(PatientFactory)
    location = factory.SubFactory(LocationFactory)
    starts_at = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


def agree(
    reader: Reader,
    *,
    purpose: str = Purpose.OWN_SERVICES,
    channel: str = Channel.EMAIL,
    is_given: bool = True,
    basis: str = Basis.AGREED,
    source: str = "desk",
) -> Consent:
    """Let `reader` say yes (or, with `is_given=False`, no) to one channel and purpose."""
    return record_consent(
        reader=reader,
        channel=channel,
        purpose=purpose,
        is_given=is_given,
        basis=basis,
        wording_version="test-1",
        source=source,
        by=None,
    )


def letter_reader(**attributes: Any) -> Reader:
    """Return a reader who gets letters: an address and a yes to them."""
    reader = ReaderFactory.create(**attributes)
    agree(reader)
    return reader

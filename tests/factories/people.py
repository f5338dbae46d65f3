"""Makes whole people: a record with something in every room that keeps anything of a patient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from content.testimonials import Testimonial
from delivery.models import Message
from newsletter.surveys.models import Answer, Survey
from patients.addresses import address_hash
from patients.models import (
    Appointment,
    AppointmentStatus,
    Attribute,
    AttributeValue,
    Channel,
    Confidant,
    ContactPoint,
    Nature,
    Note,
    Patient,
    PostalAddress,
    Procedure,
    Purpose,
    Reader,
    Tag,
)
from practice import clocks
from practice.models import Location
from referral_portal.cases.models import Case
from tests.factories.cases import CaseFactory
from tests.factories.patients import PatientFactory, ReaderFactory, agree
from tests.factories.practice import FollowUpFactory
from tests.factories.referrals import PersonalLinkFactory, ReferralFactory


def whole(word: str, location: Location, *, phone: str, seen: datetime | None = None) -> Patient:
    """Return a patient of whom every room keeps something; `word` stands in each text of theirs."""
    reader = ReaderFactory.create(
        kind=Reader.Kind.PATIENT, given_name=f"{word}given", family_name=f"{word}family", email=""
    )
    patient = PatientFactory.create(
        reader=reader, notes=f"{word} older note", source=f"{word}source", location=location
    )
    for channel, address in ((Channel.EMAIL, f"{word}@readers.example"), (Channel.SMS, phone)):
        ContactPoint.objects.create(reader=reader, channel=channel, address=address)
    PostalAddress.objects.create(reader=reader, street=f"{word} street", city=f"{word} city", postal_code="98001")
    Confidant.objects.create(
        patient=patient, name=f"{word} daughter", relation=f"{word}kin", phone="5", added_by="Rosa"
    )
    Note.objects.create(patient=patient, text=f"{word} wrote a note", by="Rosa")
    reader.tags.add(Tag.objects.get_or_create(name="VIP")[0])
    for slug, nature in (("hobby", Nature.IDENTITY), ("allergy", Nature.CLINICAL)):
        attribute, _made = Attribute.objects.get_or_create(
            slug=slug, defaults={"label": slug, "kind": Attribute.Kind.TEXT, "nature": nature}
        )
        AttributeValue.objects.create(patient=patient, attribute=attribute, text=f"{word}{slug}")
    agree(reader)
    FollowUpFactory.create(what=f"Call {word}", concerns=patient.journal_name)
    Testimonial.objects.create(words=f"{word} was happy", shown_name=f"{word} E.", patient=patient)
    message(reader, f"{word}@readers.example", content=f"Dear {word}")
    asks = Survey.objects.create(question="How was your last visit?")
    Answer.objects.create(survey=asks, reader=reader, score=4, words=f"{word} waited")
    PersonalLinkFactory.create(reader=reader)
    ReferralFactory.create(
        referrer=reader, told_name=f"{word}friend", told_at=timezone.now(), told_on=timezone.localdate()
    )
    if seen is not None:
        visit = Appointment.objects.create(
            patient=patient,
            starts_at=seen,
            location=location,
            status=AppointmentStatus.KEPT,
            external_id=f"{word}visit",
        )
        Procedure.objects.create(
            patient=patient,
            appointment=visit,
            label=f"{word} crown",
            done_on=seen.astimezone(clocks.zone()).date(),
            fee_cents=12_000,
        )
        CaseFactory.create(patient=patient, given_name=f"{word}given", family_name=f"{word}family", location=location)
    return patient


def message(reader: Reader, address: str, *, content: str = "", **more: Any) -> Message:
    """Return a single message that waits to be sent."""
    row = Message(
        reader=reader,
        channel=Channel.EMAIL,
        purpose=Purpose.TRANSACTIONAL,
        address=address,
        address_hash=address_hash(Channel.EMAIL, address),
        content=content,
        **more,
    )
    row.occasion, row.message_id = f"test:{row.ref}", f"<{row.ref}@juniper-row.example>"
    row.save()
    return row


def every_row(*, but: Iterable[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every model as the database has it, sealed columns opened, by the model's label."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in set(but) and model._meta.managed and not model._meta.proxy:
            found[model._meta.label] = [opened(row) for row in model._base_manager.order_by("pk")]
    return found


def opened(row: models.Model) -> dict[str, Any]:
    """Return the columns of a row, sealed ones opened."""
    return {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}


def long_ago(days: int) -> datetime:
    """Return a moment that many days before now."""
    return timezone.now() - timedelta(days=days)


def born(year: int) -> date:
    """Return a birth date in a year."""
    return date(year, 3, 14)


def cases_of(patient: Patient) -> list[Case]:
    """Return the cases of a patient."""
    return list(Case.objects.filter(patient=patient))

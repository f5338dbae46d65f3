"""What staff change of a record: data, addresses, who may be told, notes, tags and facts, how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from journal.recording import record
from patients.addresses import address_hash
from patients.models import (
    Attribute,
    AttributeValue,
    Channel,
    Confidant,
    ContactPoint,
    Note,
    Patient,
    PatientStatus,
    PostalAddress,
    Reader,
    Tag,
)

OF_READER = frozenset({"given_name", "family_name", "language"})
OF_HOME = frozenset({"street", "city", "state", "postal_code"})
VERBS = {
    PatientStatus.ACTIVE: "patient.activated",
    PatientStatus.INACTIVE: "patient.inactivated",
    PatientStatus.MOVED: "patient.moved",
    PatientStatus.DISMISSED: "patient.dismissed",
}


class Stale(Exception):
    """Somebody else changed the record meanwhile; nothing was written."""


class Refused(Exception):
    """A rule says no; its text says why, in plain words."""


def locked(patient: Patient, version: int | None) -> Patient:
    """Return the record with its row locked.

    Raises:
        Stale: when `version` is not the one that stands.
    """
    found = Patient.objects.select_for_update(of=("self",)).select_related("reader").get(pk=patient.pk)
    if version is not None and found.version != version:
        raise Stale
    return found


@transaction.atomic
def edit(*, patient: Patient, by: User, version: int | None = None, **values: Any) -> Patient:
    """Change data of a record; only what differs is written.

    Args:
        patient: whose.
        by: who changes it.
        version: that was seen; None where nobody saw one.
        values: columns of the patient, of their reader, or of their postal address.

    Returns:
        The record as it stands now.

    Raises:
        Stale: when somebody else was faster.
    """
    patient = locked(patient, version)
    reader = patient.reader
    home = PostalAddress.objects.filter(reader=reader).first() or PostalAddress(reader=reader)
    changed = []
    for name, value in values.items():
        owner: Any = reader if name in OF_READER else home if name in OF_HOME else patient
        if getattr(owner, name) != value:
            setattr(owner, name, value)
            changed.append(name)
    if not changed:
        return patient
    if OF_READER & set(changed):
        reader.save(update_fields=sorted(OF_READER))
    if OF_HOME & set(changed):
        home.save()
    patient.version += 1
    patient.save()
    record("patient.edited", subject=patient, by=by, about=patient, fields=sorted(changed))
    return patient


@transaction.atomic
def add_point(*, patient: Patient, channel: str, address: str, by: User, is_verified: bool = False) -> ContactPoint:
    """Add a way to reach somebody; the first of its channel is the primary one. Added twice, it stands once."""
    patient = locked(patient, None)
    points = ContactPoint.objects.filter(reader=patient.reader, channel=channel)
    same = points.filter(address_hash=address_hash(channel, address)).first()
    if same is not None:
        return same
    point = ContactPoint(
        reader=patient.reader,
        channel=channel,
        address=address,
        is_primary=not points.filter(is_primary=True).exists(),
        verified_at=timezone.now() if is_verified else None,
    )
    point.save()
    record("contact_point.added", subject=patient, by=by, about=patient, channel=channel)
    return point


@transaction.atomic
def make_primary(*, point: ContactPoint, by: User) -> None:
    """Put one address first on its channel."""
    patient = locked(point.reader.patient, None)
    others = ContactPoint.objects.filter(reader=patient.reader, channel=point.channel, is_primary=True)
    if others.filter(pk=point.pk).exists():
        return
    others.update(is_primary=False)
    ContactPoint.objects.filter(pk=point.pk).update(is_primary=True)
    record("contact_point.made_primary", subject=patient, by=by, about=patient, channel=point.channel)


@transaction.atomic
def verify_point(*, point: ContactPoint, by: User) -> None:
    """Keep that somebody made sure of an address."""
    patient = locked(point.reader.patient, None)
    if ContactPoint.objects.filter(pk=point.pk, verified_at__isnull=True).update(verified_at=timezone.now()):
        record("contact_point.verified", subject=patient, by=by, about=patient, channel=point.channel)


@transaction.atomic
def remove_point(*, point: ContactPoint, by: User) -> None:
    """Take an address away; the oldest other of its channel comes first then."""
    patient = locked(point.reader.patient, None)
    points = ContactPoint.objects.filter(reader=patient.reader, channel=point.channel)
    was = points.filter(pk=point.pk).first()
    if was is None:
        return
    was.delete()
    following = points.order_by("pk").first()
    if was.is_primary and following is not None:
        ContactPoint.objects.filter(pk=following.pk).update(is_primary=True)
    record("contact_point.removed", subject=patient, by=by, about=patient, channel=point.channel)


@transaction.atomic
def add_confidant(
    *, patient: Patient, name: str, relation: str, phone: str, extent: str, until: date | None, by: User
) -> Confidant:
    """Add somebody who may be told (45 CFR 164.510(b))."""
    patient = locked(patient, None)
    confidant = Confidant.objects.create(
        patient=patient, name=name, relation=relation, phone=phone, extent=extent, until=until, added_by=str(by)
    )
    record("confidant.added", subject=patient, by=by, about=patient, extent=extent)
    return confidant


@transaction.atomic
def remove_confidant(*, confidant: Confidant, by: User) -> None:
    """End that somebody may be told."""
    patient = locked(confidant.patient, None)
    if Confidant.objects.filter(pk=confidant.pk).delete()[0]:
        record("confidant.removed", subject=patient, by=by, about=patient)


@transaction.atomic
def write_note(*, patient: Patient, text: str, by: User) -> Note:
    """Keep what somebody noted, sealed."""
    patient = locked(patient, None)
    note = Note.objects.create(patient=patient, text=text, by=str(by))
    record("note.written", subject=patient, by=by, about=patient)
    return note


@transaction.atomic
def set_tags(*, patient: Patient, tags: Iterable[Tag], by: User) -> None:
    """Let these tags, and no others, stick on somebody."""
    patient = locked(patient, None)
    wanted = {tag.pk for tag in tags}
    if wanted == set(patient.reader.tags.values_list("pk", flat=True)):
        return
    patient.reader.tags.set(wanted)
    record("tags.changed", subject=patient, by=by, about=patient, tags=len(wanted))


@transaction.atomic
def set_facts(*, patient: Patient, values: dict[Attribute, str | Decimal | date | bool | None], by: User) -> None:
    """Write what attributes say of somebody; None or "" takes it away."""
    patient = locked(patient, None)
    changed = []
    for attribute, value in values.items():
        found = AttributeValue.objects.filter(patient=patient, attribute=attribute).first()
        if value in {None, ""}:
            if found is not None:
                found.delete()
                changed.append(attribute.slug)
        elif found is None or found.value != value:
            row = found or AttributeValue(patient=patient, attribute=attribute)
            setattr(row, attribute.column, value)
            row.save()
            changed.append(attribute.slug)
    if changed:
        record("facts.changed", subject=patient, by=by, about=patient, attributes=sorted(changed))


@transaction.atomic
def change_status(*, patient: Patient, status: str, by: User, version: int | None = None) -> Patient:
    """Say how it stands between somebody and us; a death, and that it was a mistake, have acts of their own.

    Raises:
        Stale: when somebody else was faster.
        Refused: from or to deceased.
    """
    patient = locked(patient, version)
    if patient.status == status:
        return patient
    if status not in VERBS or patient.status == PatientStatus.DECEASED:
        raise Refused(status)
    patient.status, patient.version = status, patient.version + 1
    patient.save(update_fields=["status", "version"])
    record(VERBS[PatientStatus(status)], subject=patient, by=by, about=patient)
    return patient


@transaction.atomic
def add(*, by: User, given_name: str, family_name: str, **values: Any) -> Patient:
    """Add a patient by hand, whom no import brought."""
    reader = Reader.objects.create(
        kind=Reader.Kind.PATIENT,
        given_name=given_name,
        family_name=family_name,
        language=values.pop("language", "en"),
    )
    patient = Patient.objects.create(reader=reader, **values)
    record("patient.added", subject=patient, by=by, about=patient)
    return patient


def points_of(patient: Patient) -> list[ContactPoint]:
    """Return the ways to reach somebody, by channel, the first of each before the others."""
    order = {Channel.PHONE: 0, Channel.SMS: 1, Channel.EMAIL: 2, Channel.POST: 3}
    points = list(ContactPoint.objects.filter(reader=patient.reader))
    return sorted(points, key=lambda point: (order[Channel(point.channel)], not point.is_primary, point.pk))

"""What stands here of people, field by field, as a file would tell it; and how many fields are written at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from patients.addresses import address_hash
from patients.importing.fields import CUSTOM
from patients.models import (
    Attribute,
    AttributeValue,
    Channel,
    Consent,
    ContactPoint,
    Patient,
    PostalAddress,
    Purpose,
    Reader,
    birthday_of,
)

OF_READER = ("given_name", "family_name", "language")
OF_PATIENT = {
    **{name: name for name in ("external_id", "born_on", "gender", "status", "payer_class", "source")},
    "location": "location_id",
    "provider": "provider_id",
    "spent_before": "spent_before_cents",
    "responsible": "responsible_id",
}
CHANNELS = {"email": Channel.EMAIL, "mobile": Channel.SMS, "home_phone": Channel.PHONE}
OF_ADDRESS = ("street", "city", "state", "postal_code")
CONSENTS = {
    "consent_email": (Channel.EMAIL, Purpose.OWN_SERVICES),
    "consent_sms": (Channel.SMS, Purpose.TREATMENT),
}


@dataclass
class Standing:
    """One person as they stand, loaded with everything that a file may tell."""

    patient: Patient
    points: dict[str, list[ContactPoint]] = field(default_factory=dict)
    address: PostalAddress | None = None
    consents: dict[str, Consent] = field(default_factory=dict)
    values: dict[str, AttributeValue] = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        """Return who they are to us as a reader."""
        return self.patient.reader

    def primary(self, channel: str) -> ContactPoint | None:
        """Return the address that is used on a channel."""
        return next((point for point in self.points.get(channel, []) if point.is_primary), None)

    def get(self, name: str) -> Any:
        """Return what stands in a field; "" or None where nothing does."""
        if name in OF_READER:
            return getattr(self.reader, name)
        if name in OF_PATIENT:
            return getattr(self.patient, OF_PATIENT[name])
        if name in CHANNELS:
            point = self.primary(CHANNELS[name])
            return point.address if point else ""
        if name in OF_ADDRESS:
            return getattr(self.address, name) if self.address else ""
        if name in CONSENTS:
            consent = self.consents.get(name)
            return consent.is_given if consent else None
        found = self.values.get(name.removeprefix(CUSTOM))
        return found.value if found else None


def load(pks: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Standing]:
    """Return people with all that a file may tell, in six questions however many they are.

    Args:
        pks: of patients.
        lock: hold the rows until the transaction ends.
    """
    people = Patient.objects.filter(pk__in=list(pks)).select_related("reader").defer("notes")
    if lock:
        people = people.select_for_update(of=("self",)).order_by("pk")
    found = {one.pk: Standing(one) for one in people}
    by_reader = {one.patient.reader_id: one for one in found.values()}
    for point in ContactPoint.objects.filter(reader__in=by_reader).order_by("pk"):
        by_reader[point.reader_id].points.setdefault(point.channel, []).append(point)
    for address in PostalAddress.objects.filter(reader__in=by_reader):
        by_reader[address.reader_id].address = address
    names = {pair: name for name, pair in CONSENTS.items()}
    for consent in Consent.objects.standing().filter(reader__in=by_reader).order_by():
        if name := names.get((Channel(consent.channel), Purpose(consent.purpose))):
            by_reader[consent.reader_id].consents[name] = consent
    for value in AttributeValue.objects.filter(patient__in=found).select_related("attribute"):
        found[value.patient_id].values[value.attribute.slug] = value
    return found


def as_json(value: Any) -> Any:
    """Return a field's value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def from_json(name: str, value: Any, attributes: dict[str, Attribute]) -> Any:
    """Return a field's value from what `as_json` made of it."""
    if value is None:
        return None
    if name == "born_on":
        return date.fromisoformat(value)
    if name == "responsible":
        return UUID(value)
    kind = attributes[name.removeprefix(CUSTOM)].kind if name.removeprefix(CUSTOM) in attributes else ""
    if kind == Attribute.Kind.DATE:
        return date.fromisoformat(value)
    return Decimal(value) if kind == Attribute.Kind.NUMBER else value


Changes = dict[str, Any]


class Pen:
    """Writes fields of many people at once: each kind of row in one statement, whatever was changed of it."""

    def __init__(self, attributes: dict[str, Attribute]) -> None:
        self.attributes = attributes

    def write(self, changes: list[tuple[Standing, Changes]]) -> None:
        """Write fields (all but consents and a death, which are acts of their own).

        Args:
            changes: who, and field → new value; "" or None empties a field.
        """
        readers: dict[int, Reader] = {}
        patients: dict[UUID, Patient] = {}
        told: set[str] = set()
        held: set[str] = set()
        for one, fields in changes:
            for name, value in fields.items():
                if name in OF_READER:
                    setattr(one.reader, name, value)
                    readers[one.reader.pk] = one.reader
                    told.add(name)
                elif name in OF_PATIENT:
                    setattr(one.patient, OF_PATIENT[name], value)
                    patients[one.patient.pk] = one.patient
                    held.add(OF_PATIENT[name].removesuffix("_id") if name != "external_id" else name)
            if fields:
                one.patient.version += 1
                patients[one.patient.pk] = one.patient
        if readers:
            Reader.objects.bulk_update(readers.values(), sorted(told), batch_size=500)
        if patients:
            if "born_on" in held:
                held.add("birthday")
                for patient in patients.values():
                    patient.birthday = birthday_of(patient.born_on)
            Patient.objects.bulk_update(patients.values(), sorted({*held, "version"}), batch_size=500)
        self._points(changes)
        self._addresses(changes)
        self._values(changes)

    def _points(self, changes: list[tuple[Standing, Changes]]) -> None:
        """Let the told address be the one that is used; one that somebody proved stays beside it."""
        moves = _Moves()
        for one, fields in changes:
            texts, calls = one.primary(Channel.SMS), one.primary(Channel.PHONE)
            is_one_phone = calls is None or (texts is not None and texts.address == calls.address)
            for name in fields.keys() & CHANNELS.keys():
                moves.use(one, CHANNELS[name].value, fields[name])
            if "mobile" in fields and "home_phone" not in fields and is_one_phone:
                moves.use(one, Channel.PHONE.value, fields["mobile"])
        moves.write()

    def _addresses(self, changes: list[tuple[Standing, Changes]]) -> None:
        changed: list[PostalAddress] = []
        fresh: list[PostalAddress] = []
        for one, fields in changes:
            parts = {name: fields[name] for name in OF_ADDRESS if name in fields}
            if not parts:
                continue
            (changed if one.address else fresh).append(one.address or PostalAddress(reader=one.reader, **parts))
            if one.address:
                for name, value in parts.items():
                    setattr(one.address, name, value)
        if changed:
            PostalAddress.objects.bulk_update(changed, OF_ADDRESS, batch_size=500)
        if fresh:
            PostalAddress.objects.bulk_create(fresh)

    def _values(self, changes: list[tuple[Standing, Changes]]) -> None:
        changed, fresh, gone = [], [], []
        for one, fields in changes:
            for name, value in fields.items():
                attribute = self.attributes.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else None
                if attribute is None:
                    continue
                stands = one.values.get(attribute.slug)
                if value is None or value == "":
                    gone += [stands.pk] if stands else []
                elif stands:
                    setattr(stands, attribute.column, value)
                    changed.append(stands)
                else:
                    fresh.append(value_of(one.patient.pk, attribute, value))
        if gone:
            AttributeValue.objects.filter(pk__in=gone).delete()
        if changed:
            AttributeValue.objects.bulk_update(changed, ["text", "number", "day", "is_so"], batch_size=500)
        if fresh:
            AttributeValue.objects.bulk_create(fresh)


class _Moves:
    """Which addresses stop to be used, which begin to be, which are new, which go."""

    def __init__(self) -> None:
        self.lowered: list[int] = []
        self.raised: list[ContactPoint] = []
        self.fresh: list[ContactPoint] = []
        self.gone: list[int] = []

    def use(self, one: Standing, channel: str, address: str) -> None:
        """Let one address be used on a channel; "" is none."""
        used = one.primary(channel)
        if not address:
            self.gone += [used.pk] if used else []
            return
        digest = address_hash(channel, address)
        known = next((point for point in one.points.get(channel, []) if point.address_hash == digest), None)
        if known is not None and known is used:
            return
        if known is None and used is not None and used.verified_at is None:
            used.address, used.address_hash = address, digest
            self.raised.append(used)
            return
        self.lowered += [used.pk] if used else []
        if known is not None:
            known.is_primary = True
            self.raised.append(known)
        else:
            self.fresh.append(ContactPoint(reader=one.reader, channel=channel, address=address, address_hash=digest))

    def write(self) -> None:
        """Write them, so that nobody has two at any moment."""
        if self.gone:
            ContactPoint.objects.filter(pk__in=self.gone).delete()
        if self.lowered:
            ContactPoint.objects.filter(pk__in=self.lowered).update(is_primary=False)
        if self.raised:
            ContactPoint.objects.bulk_update(self.raised, ["address", "address_hash", "is_primary"], batch_size=500)
        if self.fresh:
            ContactPoint.objects.bulk_create(self.fresh)


def value_of(patient: UUID, attribute: Attribute, value: Any) -> AttributeValue:
    """Return a value in the column of its attribute's type, not saved."""
    return AttributeValue(patient_id=patient, attribute=attribute, **{attribute.column: value})

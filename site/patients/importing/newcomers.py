"""People whom a file brings for the first time: every kind of row of a group in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone

from journal.recording import record as record_entry
from patients import wordings
from patients.addresses import address_hash
from patients.consenting import IMPORT
from patients.importing.fields import CUSTOM
from patients.importing.houses import House
from patients.importing.rows import Record
from patients.importing.stamping import refs, stamp
from patients.importing.standing import CHANNELS, CONSENTS, OF_ADDRESS, value_of
from patients.models import (
    Attribute,
    AttributeValue,
    Basis,
    Channel,
    Consent,
    ContactPoint,
    ImportBatch,
    ImportLine,
    Patient,
    PatientStatus,
    PostalAddress,
    Purpose,
    Reader,
    ReaderKind,
    birthday_of,
)
from vault import ids

WRITTEN_TO = frozenset({PatientStatus.ACTIVE, PatientStatus.INACTIVE})
WORDING = "import-2026-11"
wordings.show(WORDING, "As the practice’s own system had it; the file it came from is named beside it.")
LARGE = 10_000  # rows of one statement: a group is never divided


class Newcomers:
    """Writes new people of one file.

    Args:
        batch: the file.
        house: the practice's own, by name.
        attributes: the practice's attributes by slug.
    """

    def __init__(self, batch: ImportBatch, house: House, attributes: dict[str, Attribute]) -> None:
        now = timezone.now()
        self.batch, self.house, self.attributes = batch, house, attributes
        self.reader = stamp(Reader, kind=ReaderKind.PATIENT, added_at=now)
        self.patient = stamp(Patient, added_at=now)
        self.point = stamp(ContactPoint, added_at=now)
        self.address = stamp(PostalAddress)
        self.line = stamp(ImportLine, batch_id=batch.pk, outcome=ImportLine.Outcome.NEW)
        self.consent = stamp(Consent, wording_version=WORDING, source=IMPORT, at=now)
        self.is_assumed = batch.basis == Basis.MAY_OBJECT and "consent_email" not in batch.mapping.values()
        self.standing = Patient.objects.count()

    def bring(self, records: list[Record]) -> None:
        """Write people with all that their rows tell."""
        if not records:
            return
        count = len(records)
        names = zip(refs(Reader, "RD", count, self.standing), refs(Patient, "PT", count, self.standing), strict=True)
        told = [record.told for record in records]
        readers, patients, known = [], [], self._responsible(records)
        for one, (reader_ref, patient_ref) in zip(told, names, strict=True):
            readers.append(
                self.reader(
                    ref=reader_ref,
                    given_name=one.get("given_name", ""),
                    family_name=one.get("family_name", ""),
                    language=one.get("language", "en"),
                )
            )
            patients.append(self._patient(one, patient_ref))
        Reader.objects.bulk_create(readers, batch_size=LARGE)
        own = {
            one["external_id"]: patient.pk for one, patient in zip(told, patients, strict=True) if "external_id" in one
        }
        for one, patient, reader in zip(told, patients, readers, strict=True):
            patient.__dict__["reader_id"] = reader.pk
            number = one.get("responsible")
            if number is not None:
                patient.__dict__["responsible_id"] = known.get(number) or own.get(number)
        Patient.objects.bulk_create(patients, batch_size=LARGE)
        ContactPoint.objects.bulk_create(self._points(told, readers), batch_size=LARGE)
        PostalAddress.objects.bulk_create(self._addresses(told, readers), batch_size=LARGE)
        AttributeValue.objects.bulk_create(self._values(told, patients), batch_size=LARGE)
        ImportLine.objects.bulk_create(self._lines(records, patients), batch_size=LARGE)
        self._consent(records, readers)
        self.standing += count

    def _patient(self, told: dict[str, Any], ref: str) -> Patient:
        born_on, spent = told.get("born_on"), told.get("spent_before", 0)
        return self.patient(
            id=ids.uuid7(),
            ref=ref,
            born_on=born_on,
            birthday=birthday_of(born_on),
            status=told.get("status", PatientStatus.ACTIVE),
            gender=told.get("gender", ""),
            payer_class=told.get("payer_class") or "unknown",
            source=told.get("source", ""),
            external_id=told.get("external_id"),
            location_id=self.house.find("locations", told["location"]) if "location" in told else None,
            provider_id=self.house.find("providers", told["provider"]) if "provider" in told else None,
            spent_before_cents=spent,
            spent_cents=spent,
        )

    def _responsible(self, records: list[Record]) -> dict[str, UUID]:
        numbers = {record.told["responsible"] for record in records if "responsible" in record.told}
        if not numbers:
            return {}
        rows = Patient.objects.filter(external_id__in=numbers).order_by().values_list("external_id", "pk")
        return {str(number): pk for number, pk in rows}

    def _points(self, told: list[dict[str, Any]], readers: list[Reader]) -> list[ContactPoint]:
        return [
            self.point(
                reader_id=reader.pk, channel=channel.value, address=address, address_hash=address_hash(channel, address)
            )
            for one, reader in zip(told, readers, strict=True)
            for channel, address in _reached(one)
        ]

    def _addresses(self, told: list[dict[str, Any]], readers: list[Reader]) -> list[PostalAddress]:
        return [
            self.address(reader_id=reader.pk, **parts)
            for one, reader in zip(told, readers, strict=True)
            if (parts := {name: one[name] for name in OF_ADDRESS if name in one})
        ]

    def _values(self, told: list[dict[str, Any]], patients: list[Patient]) -> list[AttributeValue]:
        if not self.attributes:
            return []
        return [
            value_of(patient.pk, attribute, value)
            for one, patient in zip(told, patients, strict=True)
            for name, value in one.items()
            if name.startswith(CUSTOM) and (attribute := self.attributes.get(name.removeprefix(CUSTOM)))
        ]

    def _lines(self, records: list[Record], patients: list[Patient]) -> list[ImportLine]:
        return [
            self.line(
                id=ids.uuid7(),
                row=record.number,
                patient_id=patient.pk,
                marks=record.marks,
                waits_for="" if patient.responsible_id else record.told.get("responsible", ""),
            )
            for record, patient in zip(records, patients, strict=True)
        ]

    def _consent(self, records: list[Record], readers: list[Reader]) -> None:
        """Write what new people say to being written to; nothing can stand of them yet."""
        lines = [
            self.consent(
                reader_id=reader.pk,
                channel=channel.value,
                purpose=purpose.value,
                is_given=is_given,
                basis=basis.value,
                evidence={"import": self.batch.ref, "row": record.number},
            )
            for record, reader in zip(records, readers, strict=True)
            for channel, purpose, is_given, basis in self._answers(record.told)
        ]
        if lines:
            Consent.objects.bulk_create(lines, batch_size=LARGE)
            wordings.keep(WORDING, "en")
            given = sum(line.is_given for line in lines)
            told: dict[str, Any] = {"source": IMPORT, "given": given, "withdrawn": len(lines) - given}
            record_entry("consents.recorded", subject=self.batch, by=self.batch.by, **told)

    def _answers(self, told: dict[str, Any]) -> Iterator[tuple[Channel, Purpose, bool, Basis]]:
        """Yield what a row tells of consent, else what the file rests on."""
        for name, (channel, purpose) in CONSENTS.items():
            said = told.get(name)
            if said is not None:
                yield channel, purpose, said, Basis.AGREED if said else Basis.NONE
        if self.is_assumed and told.get("email") and told.get("status", PatientStatus.ACTIVE) in WRITTEN_TO:
            yield *CONSENTS["consent_email"], True, Basis.MAY_OBJECT


def _reached(told: dict[str, Any]) -> Iterator[tuple[Channel, str]]:
    """Yield how somebody is reached; a cell phone takes calls, too, where no other does."""
    for name, channel in CHANNELS.items():
        if address := told.get(name) or (told.get("mobile") if name == "home_phone" else None):
            yield channel, address

"""People whom a file brings for the first time: their rows drawn and written past the models' own instances."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils import timezone

from journal.recording import record as record_entry
from patients import wordings
from patients.addresses import hasher
from patients.consenting import IMPORT
from patients.importing.fields import CUSTOM
from patients.importing.houses import House
from patients.importing.naming import refs
from patients.importing.rows import Record
from patients.importing.standing import CONSENTS, OF_ADDRESS
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
    Reader,
    ReaderKind,
    birthday_of,
)
from vault import ids
from vault.writing import Many, Row, fresh_ids, sealer

WRITTEN_TO = frozenset({PatientStatus.ACTIVE.value, PatientStatus.INACTIVE.value})
WORDING = "import-2026-11"
wordings.show(WORDING, "As the practice’s own system had it; the file it came from is named beside it.")
COLUMNS = ("text", "number", "day", "is_so")


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
        self.readers = Many(
            *(Reader, "id", "ref", "given_name", "family_name", "language"),
            kind=ReaderKind.PATIENT.value,
            added_at=now,
        )
        self.patients = Many(
            *(Patient, "id", "ref", "reader", "notes", "responsible", "born_on", "birthday", "status", "gender"),
            *("payer_class", "source", "external_id", "location", "provider", "spent_before_cents", "spent_cents"),
            added_at=now,
        )
        self.points = Many(ContactPoint, "reader", "channel", "address", "address_hash", added_at=now)
        self.addresses = Many(PostalAddress, "reader", *OF_ADDRESS)
        self.values = Many(AttributeValue, "patient", "attribute", *COLUMNS)
        self.lines = Many(
            *(ImportLine, "id", "row", "patient", "marks", "waits_for"),
            batch=batch.pk,
            outcome=ImportLine.Outcome.NEW.value,
        )
        self.consents = Many(
            *(Consent, "reader", "channel", "purpose", "is_given", "basis", "evidence"),
            wording_version=WORDING,
            source=IMPORT,
            at=now,
        )
        self.sealed = sealer(Patient, "notes")
        self.hashers = {channel: hasher(channel) for channel in (EMAIL, SMS, PHONE)}
        self.is_assumed = batch.basis == Basis.MAY_OBJECT and "consent_email" not in batch.mapping.values()
        self.standing = Patient.objects.count()

    def bring(self, records: list[Record]) -> None:
        """Write people with all that their rows tell."""
        if not records:
            return
        count = len(records)
        told = [record.told for record in records]
        readers, patients = fresh_ids(Reader, count), ids.many(count)
        people = list(zip(told, readers, strict=True))
        self.readers.pour(self._readers(people, refs(Reader, "RD", count, self.standing)))
        responsible = self._responsible(told, patients)
        names = refs(Patient, "PT", count, self.standing)
        self.patients.pour(map(self._patient, told, patients, names, readers, responsible))
        self.points.pour(chain.from_iterable(map(self._points, told, readers)))
        self.addresses.pour(self._addresses(people))
        if self.attributes:
            self.values.pour(chain.from_iterable(map(self._values, told, patients)))
        self.lines.pour(self._lines(records, patients, responsible))
        self._consent(records, readers)
        self.standing += count

    def _readers(self, people: list[tuple[dict[str, Any], int]], names: list[str]) -> Iterator[Row]:
        for (one, reader), ref in zip(people, names, strict=True):
            given, family = one.get("given_name", ""), one.get("family_name", "")
            yield reader, ref, given, family, one.get("language", "en")

    def _patient(self, told: dict[str, Any], key: UUID, ref: str, reader: int, responsible: UUID | None) -> Row:
        get, born_on, spent = told.get, told.get("born_on"), told.get("spent_before", 0)
        return (
            *(key, ref, reader, self.sealed(key), responsible, born_on, birthday_of(born_on)),
            *(get("status", "active"), get("gender", ""), get("payer_class") or "unknown", get("source", "")),
            get("external_id"),
            self.house.find("locations", told["location"]) if "location" in told else None,
            self.house.find("providers", told["provider"]) if "provider" in told else None,
            *(spent, spent),
        )

    def _responsible(self, told: list[dict[str, Any]], patients: list[UUID]) -> list[UUID | None]:
        """Return who is responsible for each: somebody who stands here, or comes with this group."""
        numbers = {one["responsible"] for one in told if "responsible" in one}
        if not numbers:
            return [None] * len(told)
        own = {one["external_id"]: key for one, key in zip(told, patients, strict=True) if "external_id" in one}
        rows = Patient.objects.filter(external_id__in=numbers).order_by().values_list("external_id", "pk")
        known = own | {str(number): key for number, key in rows}
        return [known.get(one.get("responsible", "")) for one in told]

    def _points(self, told: dict[str, Any], reader: int) -> Iterator[Row]:
        for channel, address in _reached(told):
            yield reader, channel, address, self.hashers[channel](address)

    def _addresses(self, people: list[tuple[dict[str, Any], int]]) -> Iterator[Row]:
        for told, reader in people:
            parts = [told.get(name, "") for name in OF_ADDRESS]
            if any(parts):
                yield reader, *parts

    def _values(self, told: dict[str, Any], patient: UUID) -> Iterator[Row]:
        for name, value in told.items():
            if name.startswith(CUSTOM) and (attribute := self.attributes.get(name.removeprefix(CUSTOM))):
                column = attribute.column
                yield patient, attribute.pk, *(value if one == column else None for one in COLUMNS)

    def _lines(self, records: list[Record], patients: list[UUID], responsible: list[UUID | None]) -> Iterator[Row]:
        for key, record, patient, by in zip(ids.many(len(records)), records, patients, responsible, strict=True):
            waits_for = "" if by else record.told.get("responsible", "")
            yield key, record.number, patient, record.marks, waits_for

    def _consent(self, records: list[Record], readers: list[int]) -> None:
        """Write what new people say to being written to; nothing can stand of them yet."""
        lines = [
            (reader, *answer, {"import": self.batch.ref, "row": record.number})
            for record, reader in zip(records, readers, strict=True)
            for answer in self._answers(record.told)
        ]
        if lines:
            self.consents.write(lines)
            wordings.keep(WORDING, "en")
            given = sum(line[3] for line in lines)
            told: dict[str, Any] = {"source": IMPORT, "given": given, "withdrawn": len(lines) - given}
            record_entry("consents.recorded", subject=self.batch, by=self.batch.by, **told)

    def _answers(self, told: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
        """Yield what a row tells of consent, else what the file rests on."""
        for name, (channel, purpose) in ANSWERS.items():
            said = told.get(name)
            if said is not None:
                yield channel, purpose, said, AGREED if said else NO
        if self.is_assumed and told.get("email") and told.get("status", "active") in WRITTEN_TO:
            yield *ANSWERS["consent_email"], True, MAY_OBJECT


AGREED, NO, MAY_OBJECT = Basis.AGREED.value, Basis.NONE.value, Basis.MAY_OBJECT.value
ANSWERS = {name: (channel.value, purpose.value) for name, (channel, purpose) in CONSENTS.items()}
EMAIL, SMS, PHONE = Channel.EMAIL.value, Channel.SMS.value, Channel.PHONE.value


def _reached(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield how somebody is reached; a cell phone takes calls, too, where no other does."""
    mobile = told.get("mobile")
    for channel, address in ((EMAIL, told.get("email")), (SMS, mobile), (PHONE, told.get("home_phone") or mobile)):
        if address:
            yield channel, address

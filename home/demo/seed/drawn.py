"""One patient as the dice fell, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from patients.models import Gender, PatientStatus, PayerClass
from vault import ids


@dataclass
class Visit:
    """One visit as the dice fell: when, for what, and what became of it."""

    at: datetime
    service: str
    status: str


@dataclass
class Drawn:
    """One patient as the dice fell, before anything is written."""

    given: str
    family: str
    born_on: date
    gender: str = Gender.FEMALE.value
    status: str = PatientStatus.ACTIVE.value
    is_lapsed: bool = False
    email: str = ""
    phone: str = ""
    language: str = "en"
    payer: str = PayerClass.COMMERCIAL.value
    source: str = ""
    home: tuple[str, str, str] = ("", "", "")
    added_at: datetime | None = None
    parent: Drawn | None = None
    key: UUID = field(default_factory=ids.uuid7)
    consents: list[tuple[str, str, bool, str, str]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

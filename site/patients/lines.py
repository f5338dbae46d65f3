"""Patients as lists and heads show them: a name, an age, a number to call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from patients.models import Channel, Patient, PatientStatus

ADULT = 18
TONES = {
    PatientStatus.ACTIVE: ("ok", "success"),
    PatientStatus.INACTIVE: ("", "cross"),
    PatientStatus.MOVED: ("", "cross"),
    PatientStatus.DISMISSED: ("warn", "warning"),
    PatientStatus.DECEASED: ("", "cross"),
}


@dataclass(frozen=True)
class Line:
    """One patient in a list."""

    ref: str
    name: str
    born: str
    phone: str
    seen: str
    provider: str
    location: str
    status: str
    tone: str
    icon: str
    is_minor: bool


def line_of(patient: Patient, today: date) -> Line:
    """Return how a list shows a patient."""
    tone, icon = TONES[PatientStatus(patient.status)]
    return Line(
        ref=patient.ref,
        name=in_order(patient),
        born=born(patient, today),
        phone=phone_of(patient),
        seen=formats.date_format(patient.last_seen_on, "M j, Y") if patient.last_seen_on else "",
        provider=patient.provider.name if patient.provider else "",
        location=patient.location.name if patient.location else "",
        status=patient.get_status_display(),
        tone=tone,
        icon=icon,
        is_minor=is_minor(patient, today),
    )


def in_order(patient: Patient) -> str:
    """Return "Ellison, Margaret", as lists are sorted."""
    reader = patient.reader
    return ", ".join(part for part in (reader.family_name, reader.given_name) if part) or patient.ref


def born(patient: Patient, today: date) -> str:
    """Return "Jan 22, 1955 (71)"; "" where nobody knows."""
    if patient.born_on is None:
        return ""
    day = formats.date_format(patient.born_on, "M j, Y")
    if patient.status == PatientStatus.DECEASED:
        return day
    return _("%(day)s (%(age)s)") % {"day": day, "age": patient.age_on(today)}


def is_minor(patient: Patient, today: date) -> bool:
    """Return whether somebody else answers for them by law."""
    age = patient.age_on(today)
    return age is not None and age < ADULT


def phone_of(patient: Patient) -> str:
    """Return the number to call, as Americans write it; "" where there is none."""
    points = [point for point in patient.reader.contact_points.all() if point.channel in {Channel.PHONE, Channel.SMS}]
    points.sort(key=lambda point: (not point.is_primary, point.channel))
    return spoken(points[0].address) if points else ""


def spoken(number: str) -> str:
    """Return an American number with its area code in brackets, any other as it is."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return "({}) {}-{}".format(*found.groups()) if found else number


def masked(address: str) -> str:
    """Return "m.ellison@…": enough to tell one address from another."""
    return f"{address.partition('@')[0]}@…" if "@" in address else f"…{address[-4:]}"


def initials(patient: Patient) -> str:
    """Return up to two letters for the avatar."""
    reader = patient.reader
    return (reader.given_name[:1] + reader.family_name[:1]).upper() or "?"

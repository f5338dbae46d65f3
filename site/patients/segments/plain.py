"""A tree answered for one person in plain Python: the twin of the SQL, for tests and for explaining one answer."""

from __future__ import annotations

from datetime import date, tzinfo
from functools import cached_property

from patients.models import Appointment, AppointmentStatus, AttributeValue, Patient, Procedure, Reader
from patients.segments.tree import Line, Match, Node
from practice import clocks


class Person:
    """One reader with all that questions ask about, read when it is asked for."""

    def __init__(self, reader: Reader, *, day: date | None = None, zone: tzinfo | None = None) -> None:
        self.reader = reader
        self.day = day or clocks.today()
        self.zone = zone or clocks.zone()

    @cached_property
    def patient(self) -> Patient | None:
        """Return the patient that this reader is, or None."""
        return Patient.objects.filter(reader=self.reader).first()

    @property
    def care(self) -> Patient:
        """Return the patient, where only patients are asked.

        Raises:
            LookupError: when the reader is none.
        """
        if self.patient is None:
            raise LookupError("This reader is no patient.")
        return self.patient

    @cached_property
    def visits(self) -> list[Appointment]:
        """Return every visit, whatever became of it."""
        return list(Appointment.objects.filter(patient=self.care))

    @cached_property
    def procedures(self) -> list[Procedure]:
        """Return everything done for them."""
        return list(Procedure.objects.filter(patient=self.care))

    @cached_property
    def attributes(self) -> dict[str, AttributeValue]:
        """Return the practice's own facts about them, by the attribute's slug."""
        found = AttributeValue.objects.filter(patient=self.care).select_related("attribute")
        return {value.attribute.slug: value for value in found}

    @cached_property
    def tags(self) -> set[str]:
        """Return the keys of the tags on them, as a tree keeps them."""
        return {str(tag.pk) for tag in self.reader.tags.all()}

    @cached_property
    def zip_code(self) -> str:
        """Return the five digits of where they live, or ""."""
        postal = getattr(self.reader, "postal_address", None)
        return postal.postal_code[:5] if postal else ""

    def day_of(self, visit: Appointment) -> date:
        """Return the day of a visit where the practice is."""
        return visit.starts_at.astimezone(self.zone).date()

    def kept(self) -> list[date]:
        """Return the days of the visits that they kept."""
        return [self.day_of(visit) for visit in self.visits if visit.status == AppointmentStatus.KEPT]

    def missed(self) -> list[date]:
        """Return the days of the visits that they missed."""
        return [self.day_of(visit) for visit in self.visits if visit.status == AppointmentStatus.MISSED]

    def booked(self) -> list[date]:
        """Return the days of the visits that are booked from today on."""
        days = (self.day_of(visit) for visit in self.visits if visit.status == AppointmentStatus.BOOKED)
        return [day for day in days if day >= self.day]


def holds(node: Node, person: Person) -> bool:
    """Return whether a tree, or a part of it, is true of a person."""
    if isinstance(node, Line):
        if node.criterion.is_of_patients and person.patient is None:
            return False
        return node.how.plain(node.values, person)
    answers = (holds(part, person) for part in node.parts)
    if node.match == Match.ALL:
        return all(answers)
    return any(answers) if node.match == Match.ANY else not any(answers)

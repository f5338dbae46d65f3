"""Whom we care for and write to: readers, patients, their facts and visits, consents and suppression."""

from patients.models.attributes import Attribute, AttributeValue
from patients.models.consents import Consent, ConsentQuerySet, Suppression
from patients.models.imports import (
    FileKind,
    ImportBarred,
    ImportBatch,
    ImportFinding,
    ImportLine,
    ImportMapping,
    ImportQuestion,
)
from patients.models.keeping import DuplicateSearch, Erasure, LookAlike, Merge, Retention
from patients.models.kinds import (
    AppointmentStatus,
    AtMost,
    Basis,
    Channel,
    Gender,
    Nature,
    PatientStatus,
    PayerClass,
    Purpose,
    ReaderKind,
    SuppressionReason,
)
from patients.models.people import Confidant, Note, Patient, birthday_of
from patients.models.preferences import Declined, Wording
from patients.models.readers import ContactPoint, PostalAddress, Reader, ReaderQuerySet, Tag, open_points
from patients.models.segments import Segment, SegmentQuerySet
from patients.models.visits import Appointment, Procedure

__all__ = [
    "Appointment",
    "AppointmentStatus",
    "AtMost",
    "Attribute",
    "AttributeValue",
    "Basis",
    "Channel",
    "Confidant",
    "Consent",
    "ConsentQuerySet",
    "ContactPoint",
    "Declined",
    "DuplicateSearch",
    "Erasure",
    "FileKind",
    "Gender",
    "ImportBarred",
    "ImportBatch",
    "ImportFinding",
    "ImportLine",
    "ImportMapping",
    "ImportQuestion",
    "LookAlike",
    "Merge",
    "Nature",
    "Note",
    "Patient",
    "PatientStatus",
    "PayerClass",
    "PostalAddress",
    "Procedure",
    "Purpose",
    "Reader",
    "ReaderKind",
    "ReaderQuerySet",
    "Retention",
    "Segment",
    "SegmentQuerySet",
    "Suppression",
    "SuppressionReason",
    "Tag",
    "Wording",
    "birthday_of",
    "open_points",
]

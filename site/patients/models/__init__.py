"""Whom we care for and write to: readers, patients, their facts and visits, consents and suppression."""

from patients.models.attributes import Attribute, AttributeValue
from patients.models.consents import Consent, ConsentQuerySet, Suppression
from patients.models.keeping import DuplicateSearch, Erasure, LookAlike, Merge, Retention
from patients.models.kinds import (
    AppointmentStatus,
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
from patients.models.readers import ContactPoint, PostalAddress, Reader, ReaderQuerySet, Tag
from patients.models.visits import Appointment, Procedure

__all__ = [
    "Appointment",
    "AppointmentStatus",
    "Attribute",
    "AttributeValue",
    "Basis",
    "Channel",
    "Confidant",
    "Consent",
    "ConsentQuerySet",
    "ContactPoint",
    "DuplicateSearch",
    "Erasure",
    "Gender",
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
    "Suppression",
    "SuppressionReason",
    "Tag",
    "birthday_of",
]

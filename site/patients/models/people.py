"""Patients: whom we care for, who may be told about them, and what staff noted."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.kinds import Gender, PatientStatus, PayerClass
from patients.models.readers import Reader
from practice.models import Location, Provider
from vault import ids
from vault.fields import RefField, SealedTextField


def birthday_of(born_on: date | None) -> int | None:
    """Return month * 100 + day of a date of birth: 229 for February 29; None where it is not known."""
    return born_on.month * 100 + born_on.day if born_on else None


class BirthdayField(models.PositiveSmallIntegerField):  # type: ignore[type-arg]
    """The day of the year of `born_on`, written whenever an instance is saved; `update()` sets both or neither."""

    def pre_save(self, model_instance: models.Model, add: bool) -> int | None:
        value = birthday_of(getattr(model_instance, "born_on"))  # noqa: B009  the model is any to the field
        setattr(model_instance, self.attname, value)
        return value


class Patient(models.Model):
    """Somebody in our care; their reader carries name, language and ways to reach them.

    `responsible` answers and pays for them: a parent, a guardian, the head of a household. `last_seen_on`,
    `usual_interval_days` and `spent_cents` follow from visits and procedures (`patients.facts`), `birthday` from
    `born_on`; they are kept so that a million people are searched in a moment. `spent_before_cents` is what an older
    system says was spent before its procedures stand here.
    """

    Status = PatientStatus

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="PT")
    reader = models.OneToOneField(Reader, on_delete=models.PROTECT, related_name="patient")
    born_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.SET_NULL, related_name="patients")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.SET_NULL, related_name="patients")
    responsible = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="dependents")
    gender = models.CharField(max_length=8, choices=Gender.choices, blank=True)
    payer_class = models.CharField(max_length=12, choices=PayerClass.choices, default=PayerClass.UNKNOWN)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    notes = SealedTextField(blank=True)
    birthday = BirthdayField(null=True, blank=True, editable=False)
    last_seen_on = models.DateField(null=True, blank=True, editable=False)
    usual_interval_days = models.PositiveIntegerField(null=True, blank=True, editable=False)
    spent_before_cents = models.BigIntegerField(default=0)
    spent_cents = models.BigIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "id"], name="patients_patient_status_id"),
            models.Index(fields=["born_on"], name="patients_patient_born"),
            models.Index(fields=["birthday"], name="patients_patient_birthday"),
            models.Index(fields=["last_seen_on"], name="patients_patient_seen"),
            models.Index(fields=["usual_interval_days"], name="patients_patient_interval"),
            models.Index(fields=["spent_cents"], name="patients_patient_spent"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(responsible__isnull=True) | ~models.Q(responsible=models.F("pk")),
                name="patients_responsible_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PatientStatus.values), name="patients_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(gender__in=["", *Gender.values]), name="patients_gender_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(payer_class__in=PayerClass.values), name="patients_payer_class_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(born_on__isnull=True) | models.Q(birthday__isnull=False),
                name="patients_birthday_follows_birth",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reader)

    @property
    def journal_name(self) -> str:
        """Return `patient:ref`, as the journal's `about` has it."""
        return f"patient:{self.ref}"

    def age_on(self, day: Any) -> int | None:
        """Return the age in whole years on `day`; one born on 29 February is older from 1 March in common years."""
        if self.born_on is None:
            return None
        return int(day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day)))


class Confidant(models.Model):
    """Somebody who may be told about a patient, and how much (45 CFR 164.510(b))."""

    class Extent(models.TextChoices):
        """How much they may be told."""

        DATES = "dates", _("Dates only")
        EVERYTHING = "everything", _("Everything")
        PAYS = "pays", _("Bills: they pay")

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="confidants")
    name = SealedTextField()
    relation = models.CharField(_("who they are to the patient"), max_length=40, blank=True)
    phone = SealedTextField(blank=True)
    extent = models.CharField(_("what they may be told"), max_length=12, choices=Extent.choices, default=Extent.DATES)
    until = models.DateField(_("until"), null=True, blank=True)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at"]

    def __str__(self) -> str:
        return f"confidant of {self.patient_id}"


class Note(models.Model):
    """What somebody of staff noted about a patient."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="noted")
    text = SealedTextField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"note about {self.patient_id}"

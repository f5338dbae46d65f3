"""What happened between a patient and us, and what is planned: visits and procedures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patients.models.kinds import AppointmentStatus
from patients.models.people import Patient
from practice.models import Location, Provider, Service
from vault.fields import RefField


class Appointment(models.Model):
    """A patient's visit with us, past or future."""

    Status = AppointmentStatus

    ref = RefField(prefix="AP")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField()
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.BOOKED)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "starts_at"], name="patients_visit_patient_at"),
            models.Index(fields=["starts_at"], name="patients_visit_at"),
            models.Index(
                fields=["starts_at", "patient"],
                condition=models.Q(status=AppointmentStatus.BOOKED),
                name="patients_visit_booked",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status__in=AppointmentStatus.values), name="patients_visit_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class Procedure(models.Model):
    """Something done for a patient, with its fee; the code is the practice's own text."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="procedures")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="procedures"
    )
    code = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=120, blank=True)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    done_on = models.DateField()
    fee_cents = models.BigIntegerField(default=0)
    external_id = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-done_on", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "done_on"], name="patients_procedure_patient"),
            models.Index(fields=["service", "done_on", "patient"], name="patients_procedure_service"),
            models.Index(fields=["code", "done_on", "patient"], name="patients_procedure_code"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(code="") | ~models.Q(label="") | models.Q(service__isnull=False),
                name="patients_procedure_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.code or str(self.service)

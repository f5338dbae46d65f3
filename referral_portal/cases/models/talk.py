"""What office and practice say to each other about a case, and what was put right."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from referral_portal.cases.models.case import Case
from referral_portal.cases.models.pairs import at_and_by, when, who
from vault import ids
from vault.fields import SealedTextField


class CaseMessage(models.Model):
    """One message between office and practice, or a note that stays inside the practice."""

    class Side(models.TextChoices):
        OFFICE = "office"
        STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(max_length=8, choices=Side.choices)
    text = SealedTextField()
    is_internal = models.BooleanField(default=False)
    is_question = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(side__in=["office", "staff"]), name="cases_message_has_a_side"),
            models.CheckConstraint(
                condition=models.Q(is_internal=False) | models.Q(side="staff"), name="cases_only_staff_keep_notes"
            ),
        ]

    def __str__(self) -> str:
        return f"message for {self.case_id}"


class Correction(models.Model):
    """Something that was given wrong and put right; the old value stays, struck through."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=32)
    old = SealedTextField(blank=True)
    new = SealedTextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)
    seen_at, seen_by = when(), who()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [at_and_by("cases_correction", "seen")]

    def __str__(self) -> str:
        return f"{self.field} of {self.case_id}"

"""The papers of a case: files as they came, sealed on disk, and reports."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from practice.models import Provider
from referral_portal.cases.choices import FileKind, FileState, RefusedBecause
from referral_portal.cases.models.case import Case
from referral_portal.offices.models import Office
from vault import ids
from vault.fields import SealedTextField


class CaseFile(models.Model):
    """One file of exactly one case; before the case is sent it is held under the form's key."""

    journal_kind = "file"

    class Side(models.TextChoices):
        OFFICE = "office"
        STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    held_under = models.UUIDField(null=True, blank=True, db_index=True)
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.OFFICE)
    name = SealedTextField()
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    size = models.PositiveBigIntegerField()
    chunks = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.PENDING)
    refused_because = models.CharField(max_length=16, choices=RefusedBecause.choices, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=False, held_under__isnull=True)
                | models.Q(case__isnull=True, held_under__isnull=False),
                name="cases_file_belongs_to_one_place",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=FileKind.values), name="cases_file_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(state="refused") & ~models.Q(refused_because="")
                | models.Q(state__in=["pending", "scanning", "available"], refused_because=""),
                name="cases_file_refused_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """Return the public name: the UUID itself."""
        return str(self.pk)

    @property
    def path(self) -> Path:
        """Return where the sealed content lies."""
        return Path(settings.PRIVATE_ROOT) / "cases" / str(self.pk)[-2:] / str(self.pk)

    @property
    def is_available(self) -> bool:
        """Whether it was checked and may be opened."""
        return self.state == FileState.AVAILABLE

    @property
    def told_state(self) -> str:
        """Return where it stands, and why where it was refused."""
        state = self.get_state_display()
        return f"{state}. {self.get_refused_because_display()}" if self.refused_because else state


class Report(models.Model):
    """What the practice found and did: interim after a visit, final at the end; amended by a newer one."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    is_final = models.BooleanField(default=False)
    is_amendment = models.BooleanField(default=False)
    text = SealedTextField(blank=True)
    file = models.ForeignKey(CaseFile, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    clinician = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="case_reports")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return f"report on {self.case_id}"

"""A promise with a person and a date, what it is about, and what colleagues wrote beside it."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vault.fields import RefField, SealedTextField


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Readings of follow-ups."""

    def open(self) -> FollowUpQuerySet:
        """Return promises that nobody kept yet."""
        return self.filter(done_at__isnull=True)

    def done(self) -> FollowUpQuerySet:
        """Return promises that were kept, the newest first."""
        return self.filter(done_at__isnull=False).order_by("-done_at", "-pk")


class FollowUp(models.Model):
    """A promise with a person and a date; whom it concerns is a `kind:ref`, "" where we do not know them yet."""

    journal_kind = "follow_up"

    class Kind(models.TextChoices):
        PROMISE = "promise", _("Promise")
        VISIT = "visit", _("Asks for a visit")
        MESSAGE = "message", _("Wrote to us")
        OFFICE = "office", _("Office asks for an account")
        LETTER = "letter", _("Asks for the letter again")
        ANSWER = "answer", _("Was not content")

    ref = RefField(prefix="FU")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PROMISE)
    what = models.CharField(max_length=200)
    concerns = models.CharField(max_length=64, db_index=True, blank=True, default="")
    owner = models.ForeignKey("practice.StaffMember", on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=64, blank=True, default="")
    once = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["done_at", "due_on"], name="practice_follow_up_work"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by="")
                | models.Q(done_at__isnull=False) & ~models.Q(done_by=""),
                name="practice_follow_up_done_has_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["promise", "visit", "message", "office", "letter", "answer"]),
                name="practice_follow_up_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        """Whether nobody kept it yet."""
        return self.done_at is None

    def is_overdue(self, today: date) -> bool:
        """Return whether its day has passed."""
        return self.is_open and self.due_on < today

    @property
    def said(self) -> dict[str, Any]:
        """Return what a visitor wrote, by the names of the form's fields; empty where nobody wrote anything."""
        contents: FollowUpContents | None = getattr(self, "contents", None)
        return contents.said if contents else {}


class FollowUpContents(models.Model):
    """What a visitor wrote, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.OneToOneField(FollowUp, on_delete=models.CASCADE, related_name="contents")
    text = SealedTextField()

    def __str__(self) -> str:
        return f"of {self.follow_up_id}"

    @property
    def said(self) -> dict[str, Any]:
        """Return it by the names of the form's fields."""
        found: dict[str, Any] = json.loads(self.text or "{}")
        return found


class FollowUpNote(models.Model):
    """What a colleague wrote beside it, sealed; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="notes")
    text = SealedTextField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"of {self.follow_up_id}, {self.at:%Y-%m-%d}"

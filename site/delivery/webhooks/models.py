"""What somebody who carries our mail said of one message, after it had left us."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models import Channel
from vault import ids


class ReportKind(models.TextChoices):
    """What is said of a message."""

    DELIVERED = "delivered", _("Arrived")
    BOUNCED = "bounced", _("Came back for good")
    DELAYED = "delayed", _("Came back for now")
    COMPLAINED = "complained", _("Marked as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed at the mail provider")


class ReportQuerySet(models.QuerySet["Report"]):
    """Readings of what was said."""

    def waiting(self, moment: datetime) -> ReportQuerySet:
        """Return what nobody has understood yet, the oldest first, as far as its time has come."""
        return self.filter(look_at__lte=moment).order_by("look_at", "pk")


class Report(models.Model):
    """One thing said of one message; told twice it stands here once.

    Of the address only the keyed hash is kept, and of the words what is left without the address.
    """

    Kind = ReportKind

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    source = models.CharField(_("who says it"), max_length=24)
    key = models.CharField(_("what makes a repeat recognisable"), max_length=64)
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    address_hash = models.CharField(max_length=64)
    named = models.CharField(_("message that is meant: our name of it, or its Message-ID"), max_length=200, blank=True)
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(_("when it happened, as they say"))
    heard_at = models.DateTimeField(default=timezone.now)
    look_at = models.DateTimeField(_("when the worker looks at it; none when it has"), null=True, default=timezone.now)
    message = models.ForeignKey(
        "delivery.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    dispatch = models.ForeignKey(
        "delivery.Dispatch", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports", db_index=False
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-heard_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["look_at", "id"], name="delivery_reports_to_read", condition=Q(look_at__isnull=False)),
            models.Index(fields=["dispatch", "kind"], name="delivery_reports_of_a_sending"),
            models.Index(fields=["address_hash", "at"], name="delivery_reports_by_address"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "key"], name="delivery_report_once"),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="delivery_report_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind}"

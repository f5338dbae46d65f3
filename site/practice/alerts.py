"""What the practice tells everybody at the top of its pages for a while: snow, a moved door, a phone that is out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practice.spoken import Said, in_spanish
from vault.fields import RefField


class AlertQuerySet(models.QuerySet["Alert"]):
    """Readings of alerts."""

    def not_over(self, at: datetime | None = None) -> AlertQuerySet:
        """Return what stands at the top of pages at a moment (now), or will."""
        return self.exclude(ends_at__isnull=False, ends_at__lte=at or timezone.now())


class Alert(models.Model):
    """One sentence for everybody, from a moment until another or until somebody ends it."""

    class Level(models.TextChoices):
        """How loud it is."""

        INFO = "info", _("Good to know")
        WARN = "warn", _("Important")
        BAD = "bad", _("Urgent")

    ref = RefField(prefix="AL")
    practice = models.ForeignKey("practice.Practice", on_delete=models.CASCADE, related_name="alerts", editable=False)
    text = models.CharField(_("what to say"), max_length=200)
    text_es = in_spanish(_("what to say"), 200)
    shown_text = Said("text")
    level = models.CharField(_("how loud"), max_length=4, choices=Level.choices, default=Level.INFO)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    link = models.CharField(
        _("where it leads"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                r"^(/(?![/\\])|https://)[^\s\\]*\Z",
                _("Begin with / for a page of this site, or with https:// for another."),
            )
        ],
    )
    link_label = models.CharField(_("words of the link"), max_length=60, blank=True)
    link_label_es = in_spanish(_("words of the link"), 60)
    shown_link_label = Said("link_label")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(text=""), name="practice_alert_says_something"),
            models.CheckConstraint(
                condition=models.Q(level__in=["info", "warn", "bad"]), name="practice_alert_level_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="practice_alert_ends_later",
                violation_error_message=_("The end must be later than the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def shows(self, at: datetime) -> bool:
        """Return whether it stands at the top of pages at a moment."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

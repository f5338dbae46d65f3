"""How often and when the practice writes to somebody, and under which name where a name would say too much."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from practice.speed import Speed
from vault.fields import RefField

WINDOW = timedelta(days=30)
WAKES_NOBODY = frozenset({"post"})


class Courtesy(Speed):
    """The practice's manners towards everybody it writes to; before anybody sets them, what stands here by default."""

    ref = RefField(prefix="CY")
    practice = models.OneToOneField(
        "practice.Practice", on_delete=models.CASCADE, related_name="courtesy", editable=False
    )
    most_letters = models.PositiveSmallIntegerField(
        _("letters in 30 days at most"), default=4, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    most_returned = models.PositiveSmallIntegerField(
        _("letters of a hundred that may come back"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("When more mailboxes are gone, a letter stops leaving until somebody has looked."),
    )
    counts_clicks = models.BooleanField(
        _("count which links of a letter are followed"),
        default=True,
        help_text=_("For the letter as a whole. Who followed which is never kept."),
    )
    texts_from = models.TimeField(_("texts from"), default=time(8))
    texts_until = models.TimeField(_("texts until"), default=time(20))
    mail_from = models.TimeField(_("e-mail from"), null=True, blank=True)
    mail_until = models.TimeField(_("e-mail until"), null=True, blank=True)
    discreet_name = models.CharField(_("discreet name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("courtesy")
        verbose_name_plural = _("courtesy")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(most_letters__range=(1, 30)), name="practice_courtesy_writes_now_and_then"
            ),
            models.CheckConstraint(
                condition=models.Q(most_returned__range=(1, 50)), name="practice_courtesy_heeds_what_comes_back"
            ),
            models.CheckConstraint(
                condition=models.Q(texts_until__gt=models.F("texts_from")),
                name="practice_courtesy_texts_by_day",
                violation_error_message=_("Texts end later on the same day than they begin."),
            ),
            models.CheckConstraint(
                condition=models.Q(mail_from__isnull=True, mail_until__isnull=True)
                | models.Q(mail_from__isnull=False, mail_until__isnull=False, mail_until__gt=models.F("mail_from")),
                name="practice_courtesy_mail_by_day",
                violation_error_message=_("Fill in both hours of e-mail, the second one later, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("How often and when"))

    @classmethod
    def get(cls) -> Courtesy:
        """Return what the practice set, or the defaults."""
        return cls.objects.first() or cls()

    def hours_of(self, channel: str) -> tuple[time, time] | None:
        """Return from when until when we write on `channel`; None around the clock."""
        if channel in WAKES_NOBODY:
            return None
        if channel == "email":
            return (self.mail_from, self.mail_until) if self.mail_from and self.mail_until else None
        return self.texts_from, self.texts_until

    def not_before(self, channel: str, zone: ZoneInfo, moment: datetime) -> datetime | None:
        """Return the moment in UTC at which we may write on `channel` again; None where we may at `moment`.

        Args:
            channel: by which somebody would be reached.
            zone: of the clock on their wall.
            moment: aware.
        """
        hours = self.hours_of(channel)
        if hours is None:
            return None
        local = moment.astimezone(zone)
        if hours[0] <= local.time() < hours[1]:
            return None
        day = local.date() if local.time() < hours[0] else local.date() + timedelta(days=1)
        return datetime.combine(day, hours[0], zone).astimezone(UTC)

"""When letters leave at all, and how long whoever pressed Send may change their mind; as the owner set it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter.campaigns.wall_time import Wall, days_from
from practice import clocks
from practice.models import Location, Practice
from vault.fields import RefField

UNDO_SECONDS = 60
LOOKS_AHEAD = 62  # days: longer than any practice is closed
WORKDAYS = 5


@dataclass(frozen=True)
class Window:
    """A stretch of time in which letters may leave; `opens` and `closes` are moments in UTC."""

    opens: datetime
    closes: datetime


class Hours(models.TextChoices):
    """In which hours letters leave."""

    ALWAYS = "always", _("Around the clock")
    DAILY = "daily", _("Every day between the two times below")
    WORKDAYS = "workdays", _("Monday to Friday between the two times below")
    OPEN = "open", _("While the practice is open")


TIMED = (Hours.DAILY, Hours.WORKDAYS)


class SendingRule(models.Model):
    """The practice's rule; before it is set, letters leave around the clock, a minute after Send."""

    ref = RefField(prefix="SR")
    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="sending_rule", editable=False)
    undo_seconds = models.PositiveSmallIntegerField(
        _("seconds to undo Send"), default=UNDO_SECONDS, validators=[MaxValueValidator(600)]
    )
    hours = models.CharField(_("letters leave"), max_length=8, choices=Hours.choices, default=Hours.ALWAYS)
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("sending of newsletters")
        verbose_name_plural = _("sending of newsletters")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(hours__in=Hours.values), name="campaigns_hours_are_known"),
            models.CheckConstraint(condition=Q(undo_seconds__lte=600), name="campaigns_undo_ends_soon"),
            models.CheckConstraint(
                condition=~Q(hours__in=TIMED)
                | Q(starts__isnull=False, ends__isnull=False, ends__gt=models.F("starts")),
                name="campaigns_hours_have_two_ends",
                violation_error_message=_("Fill in both times, the second one later."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Sending of newsletters"))

    @classmethod
    def get(cls) -> SendingRule:
        """Return what the practice set, or that letters leave around the clock."""
        return cls.objects.first() or cls()

    @property
    def undo(self) -> timedelta:
        """Return how long whoever pressed Send may change their mind."""
        return timedelta(seconds=self.undo_seconds)

    @property
    def in_words(self) -> str:
        """Return in which hours letters leave, as a sentence; "" where they leave at any time."""
        if self.hours == Hours.OPEN:
            return gettext("Letters leave while the practice is open.")
        if self.hours not in TIMED or self.starts is None or self.ends is None:
            return ""
        times = {"starts": time_format(self.starts), "ends": time_format(self.ends)}
        if self.hours == Hours.WORKDAYS:
            return gettext("Letters leave Monday to Friday between %(starts)s and %(ends)s.") % times
        return gettext("Letters leave between %(starts)s and %(ends)s.") % times

    def window(self, moment: datetime) -> Window | None:
        """Return the hours that `moment` is in, else the next ones; None where letters leave around the clock.

        A practice that has told no opening hours is taken to be open.

        Args:
            moment: aware.
        """
        if self.hours == Hours.ALWAYS:
            return None
        return next((window for window in self._windows(moment) if window.closes > moment), None)

    def first_moment(self, moment: datetime) -> datetime:
        """Return when a letter that should leave at `moment` may leave: then, or when the next hours begin."""
        window = self.window(moment)
        return max(moment, window.opens) if window else moment

    def _windows(self, moment: datetime) -> Iterator[Window]:
        zone = clocks.zone()
        place = Location.objects.prefetch_related("hours", "closures").first() if self.hours == Hours.OPEN else None
        for day in days_from(moment - timedelta(days=1), zone, LOOKS_AHEAD):
            if place is not None:
                for opens, closes in place.hours_on(day):
                    yield Window(opens.astimezone(UTC), closes.astimezone(UTC))
            elif self.hours in TIMED:
                yield from self._timed(day, zone)

    def _timed(self, day: date, zone: tzinfo) -> Iterator[Window]:
        if self.starts is None or self.ends is None or (self.hours == Hours.WORKDAYS and day.weekday() >= WORKDAYS):
            return
        window = Window(Wall.of(day, self.starts, zone).at, Wall.of(day, self.ends, zone).at)
        if window.closes > window.opens:
            yield window

"""What people fill in around a letter that is not sent yet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from newsletter.campaigns.wall_time import Wall
from newsletter.editions.models import EditionPage
from practice import clocks

MORNING = time(8, 30)
FARTHEST = timedelta(days=370)
LAST_DAY = date(9999, 1, 1)


class ChangeForm(forms.Form):
    """What should be otherwise before a letter may go."""

    note = forms.CharField(
        label=_("What should change?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a line what should change.")},
    )


class WhenForm(forms.Form):
    """A day and a time by the practice's clock; `at` is the moment, and `words` what is odd about it."""

    day = forms.DateField(label=_("Day"), error_messages={"required": _("Choose a day.")})
    time = forms.TimeField(label=_("Time"), error_messages={"required": _("Choose a time.")})

    @classmethod
    def for_letter(cls, edition: EditionPage) -> WhenForm:
        """Return the form with the day that is on a letter, or tomorrow, in the morning."""
        return cls(initial={"day": max(edition.issued_on, clocks.today() + timedelta(days=1)), "time": MORNING})

    @classmethod
    def for_moment(cls, moment: datetime) -> WhenForm:
        """Return the form with the moment that stands."""
        local = clocks.local(moment)
        return cls(initial={"day": local.date(), "time": local.time()})

    @staticmethod
    def query(posted: QueryDict) -> str:
        """Return what makes the last question's address ask for the same time again; "" where none was chosen."""
        if "day" not in posted:
            return ""
        return "?" + urlencode({"when": "at", "day": str(posted["day"]), "time": str(posted.get("time", ""))})

    @property
    def is_asked(self) -> bool:
        """Whether somebody chose a time at all."""
        return bool(self.data)

    @cached_property
    def wall(self) -> Wall | None:
        """Return what they chose; None where they chose none that can be."""
        if not self.is_asked or not self.is_valid():
            return None
        return Wall.of(self.cleaned_data["day"], self.cleaned_data["time"])

    @property
    def at(self) -> datetime | None:
        """Return the moment; None where they chose none that can be."""
        return self.wall.at if self.wall else None

    @property
    def trouble(self) -> str:
        """Return what is wrong with it, in a line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    def clean(self) -> dict[str, Any]:
        """Refuse a time that is over, and one that nobody will live to see."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "day" in cleaned and "time" in cleaned:
            at = Wall.of(cleaned["day"], cleaned["time"]).at if cleaned["day"] < LAST_DAY else None
            if at is None or at - timezone.now() > FARTHEST:
                raise forms.ValidationError(_("That is more than a year away."))
            if at < timezone.now():
                raise forms.ValidationError(_("That time is over. Choose another."))
        return cleaned

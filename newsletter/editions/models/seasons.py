"""The months of the year that a health tip suits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

YEAR = range(1, 13)


def validate_months(value: Any) -> None:
    """Refuse what is no list of months, each named once and in the order of the year.

    Raises:
        ValidationError: with one sentence.
    """
    if not isinstance(value, list) or any(month not in YEAR for month in value) or sorted(set(value)) != value:
        raise ValidationError(_("Choose from the twelve months."))


class MonthsField(models.JSONField):
    """A list of months, 1 to 12; empty for any time of the year."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, "validators": [validate_months], **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        """Return twelve boxes to tick."""
        return forms.TypedMultipleChoiceField(
            label=self.verbose_name,
            help_text=self.help_text,
            required=False,
            coerce=int,
            choices=list(MONTHS.items()),
            widget=forms.CheckboxSelectMultiple,
        )

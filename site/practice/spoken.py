"""What the practice says of itself in a few words, kept in English and, beside it, in Spanish."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_spanish(label: Any, max_length: int) -> models.CharField[str, str]:
    """Return the column for the Spanish words of another, as `name_es` beside `name`."""
    return models.CharField(
        format_lazy(_("{what} in Spanish"), what=label),
        max_length=max_length,
        blank=True,
        help_text=_("For the Spanish pages. Empty: they show the English words."),
    )


class Said:
    """The words of a column in the language that is spoken, in English where they are in no other."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, thing: models.Model | None, owner: type[models.Model]) -> Any:
        """Return the words; of the class itself, this."""
        if thing is None:
            return self
        spoken = getattr(thing, f"{self.name}_{(get_language() or 'en')[:2]}", "")
        return spoken or getattr(thing, self.name)


def left_in_english(thing: models.Model, name: str) -> str:
    """Return "en" where the words of a column are not there in the language that is spoken, so that they are marked."""
    code = (get_language() or "en")[:2]
    words: Any = getattr(thing, f"{name}_{code}", "")
    return "" if code == "en" or words else "en"

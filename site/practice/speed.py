"""How fast letters leave: so many an hour in all, fewer to one mail service, and slowly from a new address at first."""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_LINE = re.compile(r"(?P<domain>([a-z0-9-]{1,63}\.)+[a-z]{2,63})\s+(?P<number>[1-9][0-9]{0,6})")
MOST = 1_000_000
MOST_DOMAINS = 50
WARM_UP_DAYS = 30
GROWTH = 1.5


def limits_of(text: str) -> dict[str, int]:
    """Return the letters an hour for each domain, as an owner wrote them: a domain and a number on each line.

    Raises:
        ValidationError: with the first line that is not understood.
    """
    found: dict[str, int] = {}
    for line in text.lower().splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or int(match["number"]) > MOST:
            words = _("“%(line)s” is not understood. Write a domain and a number, as in gmail.com 500.")
            raise ValidationError(words % {"line": line.strip()[:60]})
        found[match["domain"]] = int(match["number"])
    if len(found) > MOST_DOMAINS:
        raise ValidationError(_("There may be %(most)d lines at most.") % {"most": MOST_DOMAINS})
    return found


def is_understood(text: str) -> None:
    """Refuse lines that `limits_of` does not understand.

    Raises:
        ValidationError: with the first of them.
    """
    limits_of(text)


class Speed(models.Model):
    """The part of the practice's manners that mail services look at."""

    most_an_hour = models.PositiveIntegerField(
        gettext_lazy("letters an hour at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST)],
        help_text=gettext_lazy("As your mail service allows. Empty: as fast as it takes them."),
    )
    domain_limits = models.TextField(
        gettext_lazy("fewer to some mail services"),
        blank=True,
        default="",
        validators=[is_understood],
        help_text=gettext_lazy("A domain and the letters an hour on each line, as in gmail.com 500."),
    )
    warm_up_from = models.DateField(
        gettext_lazy("slowly since"),
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "The first day of a new sending address. Each day half as many again leave, for 30 days, so that mail"
            " services get to know it."
        ),
    )
    warm_up_first = models.PositiveIntegerField(
        gettext_lazy("letters on that day"), default=200, validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )

    class Meta:
        abstract = True

    @property
    def limits(self) -> dict[str, int]:
        """Return the letters an hour for each domain that has fewer."""
        return limits_of(self.domain_limits)

    def most_on(self, day: date) -> int | None:
        """Return how many letters may leave on a day of the practice; None when as many as there are."""
        if self.warm_up_from is None:
            return None
        days = (day - self.warm_up_from).days
        return int(self.warm_up_first * GROWTH ** max(0, days)) if days < WARM_UP_DAYS else None

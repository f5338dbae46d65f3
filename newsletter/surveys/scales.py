"""What may be answered: one to five, zero to ten, or a few words; pure."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

FEWEST_CHOICES, MOST_CHOICES, LONGEST_CHOICE = 2, 6, 60
LOW_AT_FIRST = {"five": 2, "ten": 6}
"""Which scores count as low unless somebody says otherwise: of ten, those who are no promoters and not passive."""

PROMOTERS_FROM, DETRACTORS_TO = 9, 6
"""Who of ten recommends us and who warns of us (F. Reichheld, "The One Number You Need to Grow", 2003)."""


class Scale(models.TextChoices):
    """How a question is answered."""

    FIVE = "five", _("1 to 5")
    TEN = "ten", _("0 to 10, for “how likely is it that you recommend us?”")
    CHOICES = "choices", _("A few answers in words")


def span(scale: str, choices: int = 0) -> range:
    """Return the scores that there are.

    Args:
        scale: a value of Scale.
        choices: how many answers in words there are; the first one is 1.
    """
    if scale == Scale.TEN:
        return range(11)
    return range(1, (choices if scale == Scale.CHOICES else 5) + 1)


def lines(text: str) -> list[str]:
    """Return answers in words as somebody wrote them, one a line."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def net_promoters(counts: dict[int, int]) -> int | None:
    """Return the share of those who recommend us less the share of those who warn of us; None of nobody."""
    total = sum(counts.values())
    if not total:
        return None
    for_us = sum(number for score, number in counts.items() if score >= PROMOTERS_FROM)
    against = sum(number for score, number in counts.items() if score <= DETRACTORS_TO)
    return round(100 * (for_us - against) / total)


def mean(counts: dict[int, int]) -> float | None:
    """Return the mean score; None of nobody."""
    total = sum(counts.values())
    return sum(score * number for score, number in counts.items()) / total if total else None

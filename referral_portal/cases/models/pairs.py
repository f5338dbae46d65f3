"""Columns that come in pairs: when something was done, and by whom."""

from __future__ import annotations

from typing import Any

from django.db import models


def at_and_by(app: str, stamp: str) -> models.CheckConstraint:
    """Return the rule that `<stamp>_at` and `<stamp>_by` stand or fall together.

    Args:
        app: beginning of the constraint's name, as "cases_case".
        stamp: the pair's name, as "received".
    """
    at, by = f"{stamp}_at", f"{stamp}_by"
    neither: dict[str, Any] = {f"{at}__isnull": True, by: ""}
    return models.CheckConstraint(
        condition=models.Q(**neither) | models.Q(**{f"{at}__isnull": False}) & ~models.Q(**{by: ""}),
        name=f"{app}_{stamp}_at_and_by",
    )


def when() -> models.DateTimeField[Any, Any]:
    """Return the first of a pair."""
    return models.DateTimeField(null=True, blank=True, editable=False)


def who() -> models.CharField[Any, Any]:
    """Return the second of a pair: `kind:ref`, as the journal has it."""
    return models.CharField(max_length=64, blank=True, default="", editable=False)

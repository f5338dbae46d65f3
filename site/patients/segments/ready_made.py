"""The segments that come with the house; they stand as they are, and copies of them are changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BY_MAIL = {"channel": "email", "purpose": "own_services"}


@dataclass(frozen=True)
class ReadyMade:
    """One of them: its key, its name, and its tree as JSON."""

    key: str
    label: str | Promise
    parts: tuple[dict[str, Any], ...]

    @property
    def tree(self) -> dict[str, Any]:
        """Return its tree as it is kept."""
        return {"match": "all", "parts": list(self.parts)}


EVERYONE = ReadyMade(
    "everyone",
    _("Everyone who gets letters"),
    (
        {"ask": "kind", "how": "is", "among": ["patient", "household", "subscriber"]},
        {"ask": "reachable", "how": "yes", **BY_MAIL},
    ),
)
LAPSED = ReadyMade(
    "lapsed",
    _("Quiet for 18 months"),
    (
        {"ask": "status", "how": "is", "among": ["active"]},
        {"ask": "last_visit", "how": "before", "span": "18 months"},
        {"ask": "next_visit", "how": "unbooked"},
    ),
)
BIRTHDAYS = ReadyMade(
    "birthdays",
    _("Birthdays this month"),
    (
        {"ask": "status", "how": "is", "among": ["active"]},
        {"ask": "birthday", "how": "this_month"},
    ),
)
# Whoever got letters for a year and gave no sign that we measure: no visit, none booked, no friend told.
SUNSET = ReadyMade(
    "sunset",
    _("No sign of life for a year"),
    (
        {"ask": "reachable", "how": "yes", **BY_MAIL},
        {"ask": "added", "how": "before", "span": "12 months"},
        {"ask": "letter", "how": "within", "span": "12 months"},
        {
            "match": "none",
            "parts": [
                {"ask": "last_visit", "how": "within", "span": "12 months"},
                {"ask": "next_visit", "how": "booked"},
                {"ask": "told_friend", "how": "within", "span": "12 months"},
            ],
        },
    ),
)
OFFICES = ReadyMade(
    "offices",
    _("Everyone at offices that work with us"),
    ({"ask": "work", "how": "office"}, {"ask": "reachable", "how": "yes", **BY_MAIL}),
)
TEAM = ReadyMade(
    "team",
    _("Everyone on our team"),
    ({"ask": "work", "how": "here"}, {"ask": "reachable", "how": "yes", **BY_MAIL}),
)
READY_MADE = {one.key: one for one in (EVERYONE, LAPSED, BIRTHDAYS, SUNSET, OFFICES, TEAM)}


def plant(model: type[Model]) -> int:
    """Write a row for each that has none; the model is given, so that a migration may ask with its own.

    Returns:
        How many rows were written.
    """
    from vault import refs

    written = 0
    for one in READY_MADE.values():
        if model._default_manager.filter(ready_made=one.key).exists():
            continue
        name = _free_name(model, str(one.label))
        ref = refs.fresh("SG", taken=lambda found: model._default_manager.filter(ref=found).exists())
        row = {"ready_made": one.key, "ref": ref, "name": name, "tree": one.tree, "made_by": "system:goodword"}
        model._default_manager.create(**row)
        written += 1
    return written


def _free_name(model: type[Model], name: str) -> str:
    """Return `name`, or with a number behind it where somebody took it."""
    number = 1
    while model._default_manager.filter(name__iexact=name if number == 1 else f"{name} {number}").exists():
        number += 1
    return name if number == 1 else f"{name} {number}"

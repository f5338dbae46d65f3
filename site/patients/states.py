"""What may follow what: the states of an import, as data."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    """Where one file stands on its way in, and out again."""

    TAKEN = "taken", _("Waits for you")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing saved yet")
    IMPORTING = "importing", _("Being saved")
    IMPORTED = "imported", _("Saved")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    REFUSED = "refused", _("Refused")
    DROPPED = "dropped", _("Not imported")


S = ImportState
AT_WORK = (S.CHECKING, S.IMPORTING, S.UNDOING)
BEFORE_SAVING = (S.TAKEN, S.CHECKING, S.CHECKED)
OVER = (S.IMPORTED, S.UNDONE, S.REFUSED, S.DROPPED)


@dataclass(frozen=True)
class Transition:
    """One line of a table: from `state`, `action` leads to `next_state`, done by `who`."""

    state: str
    action: str
    next_state: str
    who: str


IMPORT_TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.TAKEN, "check", S.CHECKING, "importer"),
    Transition(S.CHECKED, "check", S.CHECKING, "importer"),
    Transition(S.CHECKING, "show", S.CHECKED, "system"),
    Transition(S.CHECKED, "start", S.IMPORTING, "importer"),
    Transition(S.TAKEN, "start", S.IMPORTING, "system"),
    Transition(S.IMPORTING, "finish", S.IMPORTED, "system"),
    Transition(S.IMPORTED, "undo", S.UNDOING, "importer"),
    Transition(S.UNDOING, "restore", S.UNDONE, "system"),
    Transition(S.TAKEN, "drop", S.DROPPED, "importer"),
    Transition(S.CHECKING, "drop", S.DROPPED, "importer"),
    Transition(S.CHECKED, "drop", S.DROPPED, "importer"),
    Transition(S.CHECKING, "refuse", S.REFUSED, "system"),
)


def target(state: str, action: str) -> str | None:
    """Return where `action` leads from `state`; None where it leads nowhere."""
    return next((line.next_state for line in IMPORT_TRANSITIONS if (line.state, line.action) == (state, action)), None)

"""What may follow what with an office's account: a table, pure; a declined office may still be approved later."""

from __future__ import annotations

from enum import StrEnum


class OfficeState(StrEnum):
    """Where an office stands; the values of Office.Status."""

    APPLIED = "applied"
    ACTIVE = "active"
    CLOSED = "closed"


class Action(StrEnum):
    """What staff decide; the same word in journal, button and address."""

    APPROVE = "approve"
    DECLINE = "decline"


TRANSITIONS: dict[Action, dict[OfficeState, OfficeState]] = {
    Action.APPROVE: {OfficeState.APPLIED: OfficeState.ACTIVE, OfficeState.CLOSED: OfficeState.ACTIVE},
    Action.DECLINE: {OfficeState.APPLIED: OfficeState.CLOSED},
}


def target(action: Action, state: str) -> OfficeState | None:
    """Return where `action` leads from `state`, or None where it leads nowhere."""
    return TRANSITIONS[action].get(OfficeState(state))


def possible(state: str) -> list[Action]:
    """Return what may be decided about an office in `state`."""
    return [action for action in Action if target(action, state)]

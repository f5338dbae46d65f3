"""What may follow what: the states of a campaign, as data; how its sending goes on is its dispatch's own table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from delivery.states import Transition


class CampaignState(models.TextChoices):
    """Where an edition's way to its readers stands."""

    DRAFT = "draft", _("Draft")
    STARTED = "started", _("Started")
    CANCELLED = "cancelled", _("Canceled")


class ApprovalState(models.TextChoices):
    """Where somebody's yes to a letter stands."""

    NONE = "none", _("Not asked")
    ASKED = "asked", _("In review")
    CHANGE_ASKED = "change_asked", _("Change asked")
    APPROVED = "approved", _("Approved")


S = CampaignState
A = ApprovalState

CAMPAIGN_TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.DRAFT, "start", S.STARTED, "sender"),
    Transition(S.STARTED, "pause", S.STARTED, "sender"),
    Transition(S.STARTED, "resume", S.STARTED, "sender"),
    Transition(S.STARTED, "cancel", S.CANCELLED, "sender"),
)
APPROVAL_TRANSITIONS: tuple[Transition, ...] = (
    Transition(A.NONE, "ask", A.ASKED, "editor"),
    Transition(A.CHANGE_ASKED, "ask", A.ASKED, "editor"),
    Transition(A.APPROVED, "ask", A.ASKED, "editor"),
    Transition(A.ASKED, "take_back", A.NONE, "editor"),
    Transition(A.CHANGE_ASKED, "take_back", A.NONE, "editor"),
    Transition(A.APPROVED, "take_back", A.NONE, "editor"),
    Transition(A.ASKED, "approve", A.APPROVED, "approver"),
    Transition(A.ASKED, "ask_change", A.CHANGE_ASKED, "approver"),
)
TRANSITIONS = {"campaign": CAMPAIGN_TRANSITIONS, "approval": APPROVAL_TRANSITIONS}


def may_follow(state: str, action: str) -> bool:
    """Return whether the table has `action` for a campaign in `state`."""
    return any(line.state == state and line.action == action for line in CAMPAIGN_TRANSITIONS)


def may_turn(approval: str, action: str) -> bool:
    """Return whether the table has `action` for an approval that stands at `approval`."""
    return any(line.state == approval and line.action == action for line in APPROVAL_TRANSITIONS)

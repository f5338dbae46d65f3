"""What may follow what: the states of a campaign, as data; how its sending goes on is its dispatch's own table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from delivery.states import Transition


class CampaignState(models.TextChoices):
    """Where an edition's way to its readers stands."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    ATTENTION = "attention", _("Needs attention")
    STARTED = "started", _("Started")
    CANCELLED = "cancelled", _("Canceled")


class ApprovalState(models.TextChoices):
    """Where somebody's yes to a letter stands."""

    NONE = "none", _("Not asked")
    ASKED = "asked", _("In review")
    CHANGE_ASKED = "change_asked", _("Change asked")
    APPROVED = "approved", _("Approved")


class Attention(models.TextChoices):
    """Why a letter did not leave at its time, and what somebody can do about it."""

    PAST_DUE = "past_due", _("Its time passed while nothing could be sent. Is it still right to send it?")
    CHANGED = "changed", _("It was changed after it was scheduled. Read it once more, then send or schedule it.")
    NOT_APPROVED = "not_approved", _("Its approval no longer stands. Take it back, and ask again.")
    NOT_READY = "not_ready", _("A check stands in the way. Mend that, then send or schedule it again.")
    NOBODY = "nobody", _("Nobody would have got it. Take it back, and choose who gets it.")
    NO_SEGMENT = "no_segment", _("The readers it was for are no longer there. Take it back, and choose others.")
    NOT_ALLOWED = "not_allowed", _("Whoever scheduled it may no longer send letters. Somebody else must send it.")
    TWICE = "twice", _("The same letter went out in another language. Take it back.")


S = CampaignState
A = ApprovalState
NOT_LEFT = (S.DRAFT, S.SCHEDULED, S.ATTENTION)  # nothing of it was sent, and it may still be written

CAMPAIGN_TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.DRAFT, "schedule", S.SCHEDULED, "sender"),
    Transition(S.DRAFT, "start", S.STARTED, "sender"),
    Transition(S.SCHEDULED, "schedule", S.SCHEDULED, "sender"),
    Transition(S.SCHEDULED, "undo", S.DRAFT, "sender"),
    Transition(S.SCHEDULED, "start", S.STARTED, "system"),
    Transition(S.SCHEDULED, "start", S.STARTED, "sender"),
    Transition(S.SCHEDULED, "hold", S.ATTENTION, "system"),
    Transition(S.ATTENTION, "schedule", S.SCHEDULED, "sender"),
    Transition(S.ATTENTION, "undo", S.DRAFT, "sender"),
    Transition(S.ATTENTION, "start", S.STARTED, "sender"),
    Transition(S.STARTED, "pause", S.STARTED, "sender"),
    Transition(S.STARTED, "resume", S.STARTED, "sender"),
    Transition(S.STARTED, "cancel", S.CANCELLED, "sender"),
    Transition(S.CANCELLED, "resend", S.STARTED, "sender"),
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

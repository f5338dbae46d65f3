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


S = CampaignState

CAMPAIGN_TRANSITIONS: tuple[Transition, ...] = (
    Transition(S.DRAFT, "start", S.STARTED, "sender"),
    Transition(S.STARTED, "pause", S.STARTED, "sender"),
    Transition(S.STARTED, "resume", S.STARTED, "sender"),
    Transition(S.STARTED, "cancel", S.CANCELLED, "sender"),
)
TRANSITIONS = {"campaign": CAMPAIGN_TRANSITIONS}


def may_follow(state: str, action: str) -> bool:
    """Return whether the table has `action` for a campaign in `state`."""
    return any(line.state == state and line.action == action for line in CAMPAIGN_TRANSITIONS)

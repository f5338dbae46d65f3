"""What the worker does by itself for letters: those that wait for a yes or have one, and those whose time has come."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from newsletter.campaigns import approving, comparing, scheduling
from newsletter.campaigns.comparisons import Comparison
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import NOT_LEFT, ApprovalState, CampaignState

log = structlog.get_logger(__name__)


@shared_task(name="campaigns.look_at_approvals")
def look_at_approvals() -> None:
    """Remind whoever has not decided, and notice what changed below an approved letter, as a tip or a phone number."""
    for campaign in Campaign.objects.waiting():
        approving.remind(campaign=campaign)
    for campaign in Campaign.objects.filter(state__in=NOT_LEFT, approval=ApprovalState.APPROVED):
        approving.notice_change(campaign=campaign)


@shared_task(name="campaigns.send_due")
def send_due() -> None:
    """Start the letters whose time has come, within their hours; one that cannot be started keeps no other here."""
    scheduling.keep_hours()
    for campaign in Campaign.objects.due(timezone.now()):
        try:
            scheduling.leave(campaign=campaign)
        except Exception:
            log.exception("campaigns.not_started", campaign=campaign.ref)


@shared_task(name="campaigns.compare")
def compare() -> None:
    """Go on with letters whose two subjects are compared; one that cannot go on keeps no other here."""
    open_ones = Comparison.objects.filter(decided_at__isnull=True, campaign__state=CampaignState.STARTED)
    for comparison in open_ones:
        try:
            comparing.look(comparison=comparison)
        except Exception:
            log.exception("campaigns.not_compared", campaign=comparison.pk)

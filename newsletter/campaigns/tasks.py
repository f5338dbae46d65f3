"""What the worker does by itself for letters that wait for a yes, or have one."""

from __future__ import annotations

from celery import shared_task

from newsletter.campaigns import approving
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import ApprovalState, CampaignState


@shared_task(name="campaigns.look_at_approvals")
def look_at_approvals() -> None:
    """Remind whoever has not decided, and notice what changed below an approved letter, as a tip or a phone number."""
    for campaign in Campaign.objects.waiting():
        approving.remind(campaign=campaign)
    for campaign in Campaign.objects.filter(state=CampaignState.DRAFT, approval=ApprovalState.APPROVED):
        approving.notice_change(campaign=campaign)

"""What follows from news about letters: who may approve gets a mail, a change is noticed, the worker knows the time."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from delivery.actions import send_one
from journal.models import Entry
from journal.reacting import on
from newsletter.campaigns import approval, approving
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import ApprovalState
from newsletter.campaigns.tasks import send_due

SOON = timedelta(minutes=15)  # later ones are left to the beat: no broker keeps a hint for days
WORTHLESS_AFTER = timedelta(seconds=30)
PASSED_ON = "campaign.approval_passed_on"


@on("campaign.approval_asked", "campaign.approval_reminded", PASSED_ON)
def tell_approvers(entry: Entry) -> None:
    """Send whoever may approve a link, and not a word of the letter, unless it was decided or taken back meanwhile."""
    campaign = _campaign_of(entry)
    if campaign is None or campaign.asked_at is None or campaign.asked_at > entry.at:
        return
    rule = ApprovalRule.get()
    context = {
        "url": settings.SITE_URL + reverse("newsletters:approval", args=[campaign.edition_id]),
        "who": approval.who(campaign.asked_by),
        "asked_at": campaign.asked_at,
        "is_reminder": entry.verb == "campaign.approval_reminded",
        "is_passed_on": entry.verb == PASSED_ON,
    }
    for user in _approvers(campaign, rule, only_deputies=entry.verb == PASSED_ON):
        send_one(name="approval_asked", to=f"{user.email}", occasion=str(entry.pk), context=context)


@on("page.edit", "page.revert", "page.publish")
def notice_change(entry: Entry) -> None:
    """Write down that a letter was changed after somebody said yes to it, or says the same again."""
    campaign = Campaign.objects.filter(
        edition__ref=entry.subject.removeprefix("page:"), approval=ApprovalState.APPROVED
    ).first()
    if campaign is not None:
        approving.notice_change(campaign=campaign)


@on("campaign.scheduled")
def wake_the_worker_in_time(entry: Entry) -> None:
    """Tell the worker when a letter's minute is over, to the second; the beat comes by every ten, and never forgets."""
    campaign = Campaign.objects.filter(ref=entry.subject.removeprefix("campaign:"), send_at__isnull=False).first()
    if campaign is not None and campaign.send_at is not None and campaign.send_at - timezone.now() < SOON:
        wake = partial(send_due.apply_async, eta=campaign.send_at, expires=campaign.send_at + WORTHLESS_AFTER)
        transaction.on_commit(partial(wake, retry=False), robust=True)


def _campaign_of(entry: Entry) -> Campaign | None:
    return Campaign.objects.waiting().filter(ref=entry.subject.removeprefix("campaign:")).first()


def _approvers(campaign: Campaign, rule: ApprovalRule, *, only_deputies: bool) -> list[User]:
    assert campaign.asked_at is not None
    first = rule.first() if only_deputies else []
    return [user for user in rule.now(campaign.asked_at) if user not in first and campaign.waits_for(user, rule=rule)]

"""What people decide about letters that came to no good end: it arrived, it did not, once more; and the rest again."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from delivery import settling
from delivery.models import Message
from delivery.states import DispatchState
from delivery.webhooks import hearing
from journal.recording import record
from newsletter.campaigns import policy
from newsletter.campaigns.actions import Impossible
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import CampaignState

OVER = (DispatchState.FINISHED, DispatchState.CANCELLED)


def arrived(*, campaign: Campaign, message: Message, by: User) -> bool:
    """Keep that a letter of which nobody knew did arrive; return whether nobody knew.

    Raises:
        PermissionDenied: when `by` may not send.
    """
    return _decided(campaign, message, by, "campaign.found_there", settling.found_there)


def missing(*, campaign: Campaign, message: Message, by: User) -> bool:
    """Keep that a letter of which nobody knew did not arrive; return whether nobody knew.

    Raises:
        PermissionDenied: when `by` may not send.
    """
    return _decided(campaign, message, by, "campaign.found_missing", settling.found_missing)


def send_again(*, campaign: Campaign, message: Message, by: User) -> bool:
    """Send a letter once more of which nobody knows, or that did not arrive; return whether it goes.

    Raises:
        PermissionDenied: when `by` may not send.
    """
    return _decided(campaign, message, by, "campaign.sent_again", settling.once_more)


@transaction.atomic
def resend(*, campaign: Campaign, by: User | None) -> int:
    """Let those wait again who were not reached: their mail servers were busy to the last, or it was stopped.

    They are the rows of the same dispatch, so nobody who got the letter gets it twice.

    Returns:
        How many they are.

    Raises:
        PermissionDenied: when `by` may not send.
        Impossible: when it has not ended, or was stopped while who gets it was collected.
    """
    if by is not None and not policy.may_send(by):
        raise PermissionDenied
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("dispatch").get(pk=campaign.pk)
    if campaign.dispatch is None or campaign.dispatch.state not in OVER:
        raise Impossible(f"{campaign.ref} is {campaign.stage}.")
    if campaign.state == CampaignState.CANCELLED:
        number = settling.take_cancel_back(campaign.dispatch)
        if not number:
            raise Impossible(f"Nobody was left out of {campaign.ref}.")
        campaign.state, campaign.cancelled_at, campaign.cancelled_by = CampaignState.STARTED, None, ""
        campaign.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    else:
        number = settling.the_rest(campaign.dispatch)
    if number:
        record("campaign.resent", subject=campaign, by=by, letters=number)
    return number


def unreached(campaign: Campaign) -> int:
    """Return how many could be tried once more."""
    if campaign.dispatch is None or campaign.dispatch.state not in OVER:
        return 0
    return settling.unreached(campaign.dispatch).count()


def complaints(campaign: Campaign) -> int:
    """Return how many readers marked it as spam, as far as their mail servers tell."""
    return hearing.counts(campaign.dispatch.pk)["complained"] if campaign.dispatch else 0


@transaction.atomic
def _decided(campaign: Campaign, message: Message, by: User, verb: str, settle: Callable[[Message], bool]) -> bool:
    if not policy.may_send(by):
        raise PermissionDenied
    if message.dispatch_id != campaign.dispatch_id or not settle(message):
        return False
    record(verb, subject=campaign, by=by, letter=message.ref)
    return True

"""What has a time: a letter is sent with a while to undo it, scheduled, taken back, and leaves when its time comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from delivery import actions as door
from delivery import ledger
from journal.recording import SYSTEM, name_of, record
from newsletter.campaigns import actions, approval, audience, policy
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.states import Attention, CampaignState, may_follow
from newsletter.campaigns.written import newest
from newsletter.editions.models import EditionPage

log = structlog.get_logger(__name__)
PAST_DUE = timedelta(hours=1)
UNSCHEDULED: dict[str, object] = {
    "send_at": None,
    "is_to_undo": False,
    "scheduled_at": None,
    "scheduled_by": "",
    "scheduled_hash": "",
    "scheduled_revision": None,
}
WHY: tuple[tuple[type[Exception], str], ...] = (
    (actions.NotApproved, Attention.NOT_APPROVED),
    (actions.NotReady, Attention.NOT_READY),
    (actions.Nobody, Attention.NOBODY),
    (audience.NoSuchSegment, Attention.NO_SEGMENT),
    (actions.Impossible, Attention.TWICE),
    (PermissionDenied, Attention.NOT_ALLOWED),
)


class Past(ValueError):
    """The time that somebody chose is over."""


@transaction.atomic
def send(*, edition: EditionPage, by: User, seen: str) -> Campaign:
    """Send a letter, with a while in which whoever pressed the button may change their mind.

    Args:
        edition: the page.
        by: who sends.
        seen: the `letter_hash` of what they looked at.

    Returns:
        The campaign: scheduled, or started where the practice wants no such while. A second click is the same one.

    Raises:
        as `actions.start`.
    """
    rule = SendingRule.get()
    campaign = actions.held(edition=edition, by=by)
    if campaign.state == CampaignState.SCHEDULED and campaign.is_to_undo and campaign.scheduled_hash == seen:
        return campaign
    now = timezone.now()
    at = rule.first_moment(now + rule.undo)
    if campaign.state == CampaignState.STARTED or at <= now:
        return actions.start(edition=edition, by=by, seen=seen)
    return _schedule(campaign, at, by=by, seen=seen, is_to_undo=True)


@transaction.atomic
def schedule(*, edition: EditionPage, at: datetime, by: User | None, seen: str | None = None) -> Campaign:
    """Let a letter leave at a time, or at another one than it had; within the hours in which letters leave.

    Args:
        edition: the page; pinned is its newest revision.
        at: an aware moment; where no letters leave then, it is the beginning of the next hours.
        by: who schedules; None is the system.
        seen: the `letter_hash` of what they looked at; None where nobody looked.

    Raises:
        Past: when that time is over.
        PermissionDenied, NotReady, Changed, NotLooked, NotApproved, NoSuchSegment, Nobody, Impossible: as
            `actions.start`.
    """
    if at < timezone.now():
        raise Past(f"{at} is over.")
    campaign = actions.held(edition=edition, by=by)
    at = SendingRule.get().first_moment(at.astimezone(UTC))
    is_the_same = campaign.state == CampaignState.SCHEDULED and not campaign.is_to_undo and campaign.send_at == at
    if is_the_same and seen in {None, campaign.scheduled_hash}:
        return campaign
    return _schedule(campaign, at, by=by, seen=seen, is_to_undo=False)


@transaction.atomic
def undo(*, campaign: Campaign, by: User | None) -> Campaign:
    """Take a letter back that has a time, or needs attention: it is a draft again, and nobody notices.

    Raises:
        PermissionDenied: when `by` may not send.
        actions.Impossible: when it has begun to leave.
    """
    if by is not None and not policy.may_send(by):
        raise PermissionDenied
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.state == CampaignState.DRAFT:
        return campaign
    if not may_follow(campaign.state, "undo"):
        raise actions.Impossible(f"{campaign.ref} is {campaign.state}.")
    _change(campaign, CampaignState.DRAFT, **UNSCHEDULED)
    record("campaign.taken_back", subject=campaign, by=by)
    return campaign


def leave(*, campaign: Campaign, now: datetime | None = None) -> Campaign:
    """Start a letter whose time has come, once whoever asks; what may not leave as it stands waits for a person.

    Returns:
        The campaign: started, in need of attention, or as it stood where its time has not come.
    """
    now = now or timezone.now()
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if not campaign.is_due(now) or campaign.send_at is None:
            return campaign
        opens = SendingRule.get().first_moment(now)
        if now - campaign.send_at > PAST_DUE:
            return _hold(campaign, Attention.PAST_DUE)
        if opens > now:  # the owner changed the hours meanwhile
            _change(campaign, CampaignState.SCHEDULED, send_at=opens)
            record("campaign.postponed", subject=campaign, by=None, until=opens.isoformat())
            return campaign
        Page.objects.select_for_update().get(pk=campaign.edition_id)
        edition = EditionPage.objects.get(pk=campaign.edition_id)
        if approval.hash_now(edition) != campaign.scheduled_hash:
            return _hold(campaign, Attention.CHANGED)
        try:
            with transaction.atomic():
                return actions.start(edition=edition, by=_who(campaign))
        except tuple(kind for kind, _why in WHY) as error:
            log.warning("campaigns.held", campaign=campaign.ref, error=type(error).__name__)
            return _hold(campaign, next(why for kind, why in WHY if isinstance(error, kind)))


def keep_hours(now: datetime | None = None) -> None:
    """Tell the letters that are being sent their hours, and the next once those are over; the rule may change."""
    now = now or timezone.now()
    under_way = Campaign.objects.filter(state=CampaignState.STARTED, dispatch__ended_at__isnull=True)
    window = SendingRule.get().window(now)
    for campaign in under_way.select_related("dispatch"):
        if campaign.dispatch is not None:
            opens, closes = (window.opens, window.closes) if window else (None, None)
            door.keep_hours(dispatch=campaign.dispatch, opens_at=opens, closes_at=closes)
            if opens is not None and opens > now:
                ledger.finish(campaign.dispatch)  # no worker looks at one that rests


def _schedule(campaign: Campaign, at: datetime, *, by: User | None, seen: str | None, is_to_undo: bool) -> Campaign:
    found = actions.ready(campaign, "schedule", by=by, seen=seen, leaves_at=at)
    if audience.is_nobody(found.chosen, found.readership):
        raise actions.Nobody(f"Nobody would get {found.edition.ref}.")
    revision = found.edition.get_latest_revision() or found.edition.save_revision(user=by)
    campaign.segment = found.chosen.name
    campaign.save(update_fields=["segment"])
    _change(
        campaign,
        CampaignState.SCHEDULED,
        send_at=at,
        is_to_undo=is_to_undo,
        scheduled_at=timezone.now(),
        scheduled_by=name_of(by) or SYSTEM,
        scheduled_hash=found.letter.seal,
        scheduled_revision=revision.pk,
    )
    record(
        "campaign.scheduled",
        subject=campaign,
        by=by,
        edition=found.edition.ref,
        segment=found.chosen.name,
        leaves=at.isoformat(),
        undo=is_to_undo,
    )
    return campaign


def _hold(campaign: Campaign, why: str) -> Campaign:
    _change(campaign, CampaignState.ATTENTION, attention=why, attention_at=timezone.now())
    record("campaign.held", subject=campaign, by=None, why=why)
    return campaign


def _who(campaign: Campaign) -> User | None:
    """Return who scheduled it; None is the system.

    Raises:
        PermissionDenied: when they no longer are among us.
    """
    if campaign.scheduled_by == SYSTEM:
        return None
    user = User.objects.filter(ref=campaign.scheduled_by.removeprefix("user:"), is_active=True).first()
    if user is None:
        raise PermissionDenied
    return user


def _change(campaign: Campaign, state: str, **fields: object) -> None:
    fields = {"state": state, "attention": "", "attention_at": None, **fields}
    for name, value in fields.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=list(fields))


def seconds_left(campaign: Campaign) -> int:
    """Return how many seconds it has until it leaves; 0 once its time has come."""
    return max(0, ceil((campaign.send_at - timezone.now()).total_seconds())) if campaign.send_at else 0


def is_changed(campaign: Campaign) -> bool:
    """Return whether the letter says something else by now than what was scheduled, so that it would not leave."""
    edition = EditionPage.objects.get(pk=campaign.edition_id)
    return approval.hash_now(edition) != campaign.scheduled_hash or not _is_approved(campaign, edition)


def _is_approved(campaign: Campaign, edition: EditionPage) -> bool:
    if not approval.of(edition).is_needed:
        return True
    return approval.stands(campaign, newest(edition), campaign.scheduled_hash)

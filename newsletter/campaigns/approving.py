"""What people do about a letter's approval: ask for it, take it back, say yes, ask for a change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from journal.recording import SYSTEM, name_of, record
from newsletter.campaigns import actions, approval, audience, policy, workflow
from newsletter.campaigns.approvals import is_alone
from newsletter.campaigns.approvers import ApprovalRule, hours_after
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import ApprovalState, CampaignState, may_turn
from newsletter.campaigns.written import newest
from newsletter.editions import checks
from newsletter.editions.models import EditionPage

MOST_REMINDERS = 10
UNDECIDED: dict[str, Any] = {
    "decided_at": None,
    "decided_by": "",
    "approved_hash": "",
    "approved_segment": "",
    "approved_for": "",
    "approved_revision": None,
    "approved_alone": False,
    "lost_at": None,
}
UNASKED: dict[str, Any] = {"reminded_at": None, "reminders": 0, "passed_on_at": None}


@transaction.atomic
def ask(*, edition: EditionPage, by: User) -> Campaign:
    """Ask for a yes to a letter as it stands; asked twice, it is one question.

    Raises:
        PermissionDenied: when `by` may not write letters.
        actions.NotReady: when a check stands in the way of sending it: nobody's time is taken for that.
        actions.Impossible: when it was sent, or nobody's yes is needed.
    """
    _demand(policy.may_edit(by))
    campaign, edition = _locked(edition, by)
    rule = ApprovalRule.get()
    if campaign.state != CampaignState.DRAFT or not rule.is_needed:
        raise actions.Impossible(f"{campaign.ref} needs no approval.")
    if campaign.approval == ApprovalState.ASKED or approval.stands_now(campaign):
        return campaign
    _demand_ready(edition)
    if edition.get_latest_revision() is None:
        edition.save_revision(user=by)
    workflow.clear(edition, by)
    write_down_that_it_waits(campaign, edition, by)
    workflow.begin(edition, rule, by)
    return campaign


def write_down_that_it_waits(campaign: Campaign, edition: EditionPage, by: User | None) -> None:
    """Keep that somebody asked, on our page or by Wagtail's own button; within the transaction of the asking."""
    revision = edition.get_latest_revision()
    wrote = name_of(revision.user) if revision and revision.user else ""
    asked = {"asked_at": timezone.now(), "asked_by": name_of(by) or SYSTEM, "written_by": wrote}
    _change(campaign, ApprovalState.ASKED, **asked, **UNDECIDED, **UNASKED)
    record("campaign.approval_asked", subject=campaign, by=by, edition=edition.ref, letter=approval.hash_now(edition))


@transaction.atomic
def take_back(*, edition: EditionPage, by: User | None) -> Campaign:
    """Take the question back, or the yes; where there is none, nothing happens.

    Raises:
        PermissionDenied: when `by` may neither write letters nor approve them.
        actions.Impossible: when it was sent.
    """
    campaign, edition = _locked(edition, by)
    _demand(by is None or policy.may_edit(by) or policy.may_approve_some_day(by))
    if not campaign.has_not_left:
        raise actions.Impossible(f"{campaign.ref} is {campaign.state}.")
    if may_turn(campaign.approval, "take_back"):
        taken_back(campaign, by=by)
        workflow.end(edition, by)
    return campaign


def taken_back(campaign: Campaign, *, by: User | None) -> None:
    """Keep that nobody is asked any more, on our page or by Wagtail's own button; within the transaction of the act."""
    _change(campaign, ApprovalState.NONE, **UNDECIDED, **UNASKED)
    record("campaign.approval_taken_back", subject=campaign, by=by)


@transaction.atomic
def approve(*, edition: EditionPage, by: User, seen: str, segment: str) -> Campaign:
    """Say yes to a letter, to this very text and this segment; a second yes to the same is harmless.

    An owner whom nobody else could approve for need not ask themselves first; that it was so is kept with the yes.

    Args:
        edition: the page.
        by: who approves.
        seen: the hash of the letter that they looked at.
        segment: the key of the segment that they were told of.

    Raises:
        PermissionDenied: when `by` may not approve this letter now.
        actions.Changed: when the letter or its segment is not what they looked at.
        actions.NotReady: when a check stands in the way of sending it.
        actions.Impossible: when nobody asks any more.
    """
    campaign, edition = _locked(edition, by)
    rule = ApprovalRule.get()
    _demand(by in rule.everybody())
    now, written = approval.hash_now(edition), newest(edition)
    if seen != now or segment != audience.fitting(campaign.segment, written):
        raise actions.Changed(f"{edition.ref} has changed.")
    if approval.stands(campaign, written, now):
        return campaign
    alone = is_alone(by, rule)
    if campaign.approval != ApprovalState.ASKED and alone:
        campaign = ask(edition=edition, by=by)
    _demand_step(campaign, "approve", by, rule)
    _demand_ready(edition)
    revision = edition.get_latest_revision()
    is_own = name_of(by) in {campaign.asked_by, campaign.written_by}
    yes = {"approved_hash": now, "approved_segment": segment, "approved_revision": revision.pk}
    yes["approved_for"] = written.written_for
    _decide(campaign, ApprovalState.APPROVED, by, **yes, approved_alone=is_own, lost_at=None)
    record(
        "campaign.approved",
        subject=campaign,
        by=by,
        edition=edition.ref,
        letter=now,
        segment=segment,
        revision=revision.pk,
        alone=is_own,
    )
    if (step := workflow.step_of(edition)) is not None:
        step.revision = revision
        step.approve(user=by)
    return campaign


@transaction.atomic
def ask_change(*, edition: EditionPage, by: User, note: str) -> Campaign:
    """Say what should be otherwise before the letter can go; said twice, the first stands.

    Args:
        edition: the page.
        by: who read it.
        note: what should change; Wagtail keeps it with the step and shows it in the history.

    Raises:
        PermissionDenied: when `by` may not decide about this letter now.
        actions.Impossible: when nobody asks any more.
    """
    campaign, edition = _locked(edition, by)
    rule = ApprovalRule.get()
    _demand(by in rule.everybody())
    if campaign.approval == ApprovalState.CHANGE_ASKED and campaign.decided_by == name_of(by):
        return campaign
    _demand_step(campaign, "ask_change", by, rule)
    _decide(campaign, ApprovalState.CHANGE_ASKED, by, approved_alone=False)
    record("campaign.change_asked", subject=campaign, by=by, edition=edition.ref)
    if (step := workflow.step_of(edition)) is None:  # taken off in Wagtail's own settings meanwhile
        workflow.begin(edition, rule, by)
        step = workflow.step_of(edition)
    if step is not None:
        step.reject(user=by, comment=note)
    return campaign


@transaction.atomic
def notice_change(*, campaign: Campaign) -> Campaign:
    """Write down that a letter says something else than what was approved, or the same again; each once."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not campaign.has_not_left or campaign.approval != ApprovalState.APPROVED:
        return campaign
    is_standing = approval.stands_now(campaign)
    if is_standing == (campaign.lost_at is None):
        return campaign
    campaign.lost_at = None if is_standing else timezone.now()
    campaign.save(update_fields=["lost_at"])
    record("campaign.approval_regained" if is_standing else "campaign.approval_lost", subject=campaign, by=None)
    return campaign


@transaction.atomic
def remind(*, campaign: Campaign, now: datetime | None = None) -> bool:
    """Remind those who may approve, once each so many practice hours, and tell the deputy when it is their turn.

    Returns:
        Whether anybody is told; run twice at the same moment, once.
    """
    now = now or timezone.now()
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    rule = ApprovalRule.get()
    waits = campaign.state == CampaignState.DRAFT and campaign.approval == ApprovalState.ASKED and rule.is_needed
    if not waits or campaign.asked_at is None:
        return False
    if campaign.passed_on_at is None and rule.is_passed_on(campaign.asked_at, now) and rule.deputies():
        campaign.passed_on_at = now
        campaign.save(update_fields=["passed_on_at"])
        record("campaign.approval_passed_on", subject=campaign, by=None)
        return True
    last = campaign.reminded_at or campaign.asked_at
    if not rule.remind_every or campaign.reminders >= MOST_REMINDERS or now < hours_after(last, rule.remind_every):
        return False
    campaign.reminded_at, campaign.reminders = now, campaign.reminders + 1
    campaign.save(update_fields=["reminded_at", "reminders"])
    record("campaign.approval_reminded", subject=campaign, by=None, number=campaign.reminders)
    return True


def _locked(edition: EditionPage, by: User | None) -> tuple[Campaign, EditionPage]:
    """Return the campaign and the page, both held: nobody saves the letter or decides about it meanwhile."""
    campaign = Campaign.objects.filter(edition=edition).first() or actions.prepare(edition=edition, by=by)
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    Page.objects.select_for_update().get(pk=edition.pk)
    return campaign, EditionPage.objects.get(pk=edition.pk)


def _demand_step(campaign: Campaign, action: str, by: User, rule: ApprovalRule) -> None:
    if campaign.state != CampaignState.DRAFT or not may_turn(campaign.approval, action):
        raise actions.Impossible(f"{campaign.ref} is {campaign.approval}.")
    _demand(campaign.waits_for(by, rule=rule))


def _demand_ready(edition: EditionPage) -> None:
    if in_the_way := [check for check in checks.run(newest(edition)) if check.is_in_the_way]:
        raise actions.NotReady(in_the_way)


def _decide(campaign: Campaign, state: str, by: User, **more: Any) -> None:
    _change(campaign, state, decided_at=timezone.now(), decided_by=name_of(by), **more)


def _change(campaign: Campaign, state: str, **fields: Any) -> None:
    campaign.approval = state
    for name, value in fields.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=["approval", *fields])


def _demand(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied

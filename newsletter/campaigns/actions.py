"""What editors do with a finished letter: send it, hold it, stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from delivery import actions as door
from journal.recording import SYSTEM, name_of, record
from newsletter.campaigns import approval, asking_again, audience, policy
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.comparisons import arm_size, begin
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.states import CampaignState, may_follow
from newsletter.campaigns.written import letter_hash, newest
from newsletter.editions import checks
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays
from patients.models import Purpose
from patients.segments import Saved
from practice import clocks


class Impossible(ValueError):
    """The table of states has no such step from here."""


class Changed(ValueError):
    """The letter says something else than when the one who sends it looked."""


class Nobody(ValueError):
    """The segment's answer is empty just now: nothing would leave, and the letter could never be sent again."""


class NotApproved(ValueError):
    """Somebody must say yes first, or said it to something else."""


class NotReady(ValueError):
    """Something stands in the way of sending; `found` are the checks that must be mended."""

    def __init__(self, found: list[checks.Check]) -> None:
        self.found = found
        super().__init__(" ".join(check.sentence for check in found))


class NotLooked(NotReady):
    """Nobody has looked yet at what the checks have doubts about in this letter."""


@transaction.atomic
def prepare(*, edition: EditionPage, segment: str | None = None, by: User | None) -> Campaign:
    """Return the edition's campaign, made as a draft where there is none; a draft takes the segment.

    Args:
        edition: the page.
        segment: key, ref or name; None leaves a draft's own, and begins with everyone who gets letters.
        by: who prepares; None is the system.

    Raises:
        PermissionDenied: when `by` may not write letters, or may not choose people by their health and this does.
        audience.NoSuchSegment: when no segment has this name.
    """
    _demand(policy.may_edit(by) if by else True)
    standing = Campaign.objects.filter(edition=edition).first()
    if standing and (standing.state != CampaignState.DRAFT or segment is None):
        return standing
    chosen = audience.segment_named(audience.fitting(segment or "", newest(edition)))
    _demand(policy.may_choose_by_health(by) if by and chosen.is_clinical else True)
    try:
        with transaction.atomic():
            campaign, is_new = Campaign.objects.get_or_create(edition=edition, defaults={"segment": chosen.name})
    except IntegrityError:  # two people at once: the other one's stands
        campaign, is_new = Campaign.objects.get(edition=edition), False
    if is_new:
        record("campaign.prepared", subject=campaign, by=by, edition=edition.ref, segment=chosen.name)
    elif campaign.state == CampaignState.DRAFT and campaign.segment != chosen.name:
        campaign.segment = chosen.name
        campaign.save(update_fields=["segment"])
        record("campaign.addressed", subject=campaign, by=by, edition=edition.ref, segment=chosen.name)
    return campaign


@transaction.atomic
def look(*, edition: EditionPage, seen: str, by: User) -> Campaign:
    """Remember that somebody looked at what the checks have doubts about; a letter that changed is asked about again.

    Args:
        edition: the page; meant is its newest revision.
        seen: the `letter_hash` of what they looked at.
        by: who looked.

    Raises:
        PermissionDenied: when `by` may not send.
        Changed: when the letter is not the one that was seen.
        NotReady: when it cannot be made into a letter.
    """
    _demand(policy.may_send(by))
    campaign = Campaign.objects.select_for_update().get(pk=prepare(edition=edition, by=by).pk)
    written = newest(edition)
    found = checks.run(written)
    if in_the_way := [check for check in found if check.is_in_the_way]:
        raise NotReady(in_the_way)
    if seen != letter_hash(written):
        raise Changed(f"{edition.ref} has changed.")
    if campaign.looked_hash != seen:
        campaign.looked_hash = seen
        campaign.save(update_fields=["looked_hash"])
        record("campaign.looked", subject=campaign, by=by, checks=sum(check.wants_a_look for check in found))
    return campaign


@dataclass(frozen=True)
class Ready:
    """A letter that may leave as it stands.

    Args:
        edition: the page, which nobody saves meanwhile.
        letter: in its ways, of its newest words.
        chosen: the segment.
        readership: whom it can reach at all.
        is_clinical: whether its people are chosen by their health.
        is_unapproved: whether it goes without the yes that the owner's rule demands.
    """

    edition: EditionPage
    letter: InWays
    chosen: Saved
    readership: audience.Readership
    is_clinical: bool
    is_unapproved: bool


def held(*, edition: EditionPage, segment: str | None = None, by: User | None) -> Campaign:
    """Return the edition's campaign for whoever may send, locked until the transaction ends; made where there is none.

    Raises:
        PermissionDenied: when `by` may not send, or may not choose people by their health and this does.
        audience.NoSuchSegment: when no segment has this name.
    """
    _demand(policy.may_send(by) if by else True)
    campaign = prepare(edition=edition, segment=segment, by=by)
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


def ready(
    campaign: Campaign,
    action: str,
    *,
    by: User | None,
    seen: str | None = None,
    leaves_at: datetime | None = None,
    without_approval: bool = False,
) -> Ready:
    """Return a letter that may be sent or scheduled now, and hold its page too; within a transaction.

    Args:
        campaign: locked.
        action: what is about to be done, of the table of states.
        by: who does it; None is the system.
        seen: as of `start`.
        leaves_at: the moment for whose day it is checked; now where it is left out.
        without_approval: as of `start`.

    Raises:
        PermissionDenied, NotReady, Changed, NotLooked, NotApproved, audience.NoSuchSegment, Impossible: as `start`.
    """
    edition = campaign.edition
    if not may_follow(campaign.state, action):
        raise Impossible(f"{campaign.ref} is {campaign.state}.")
    if Campaign.objects.of_the_same_letter(edition).exclude(state=CampaignState.DRAFT).exists():
        raise Impossible(f"{edition.ref} went out with its translation.")
    Page.objects.select_for_update().get(pk=edition.pk)  # whoever saves waits, so what is published is what is sent
    edition = EditionPage.objects.get(pk=edition.pk)
    written = newest(edition)
    letter = InWays(written)
    chosen = audience.segment_named(audience.fitting(campaign.segment, written))
    is_clinical = chosen.is_clinical or letter.is_clinical
    _demand(policy.may_choose_by_health(by) if by and is_clinical else True)
    found = checks.run(written, day=clocks.day_of(leaves_at) if leaves_at else None)
    if in_the_way := [check for check in found if check.is_in_the_way]:
        raise NotReady(in_the_way)
    if seen is not None and seen != letter.seal:
        raise Changed(f"{edition.ref} has changed.")
    doubts = [check for check in found if check.wants_a_look]
    if seen is not None and doubts and campaign.looked_hash != seen:
        raise NotLooked(doubts)
    is_needed = ApprovalRule.get().is_needed
    campaign.must_be_approved = is_needed and not without_approval
    if campaign.must_be_approved and not approval.stands(campaign, written, letter.seal):
        raise NotApproved(approval.of(EditionPage.objects.get(pk=edition.pk)).sentence)
    readership = audience.readership_of(written)
    return Ready(edition, letter, chosen, readership, is_clinical, is_needed and without_approval)


@transaction.atomic
def start(
    *,
    edition: EditionPage,
    segment: str | None = None,
    by: User | None,
    seen: str | None = None,
    without_approval: bool = False,
) -> Campaign:
    """Send an edition: freeze its newest revision, publish it in the archive, open the dispatch and start it.

    The archive gets its copy where whoever sends may publish too; sending and publishing are two rights.

    Args:
        edition: the page; what is sent is its newest revision.
        segment: whose answer of this moment is the audience; None takes the one that was chosen.
        by: who sends; None is the system.
        seen: the `letter_hash` of what they looked at; None where nobody looked. A revision's number would not do,
            since autosave writes into the newest revision.
        without_approval: on the server's own command line, where nobody signs in; the journal says so.

    Returns:
        The campaign; fifty clicks at once start one.

    Raises:
        PermissionDenied: when `by` may not send, or not to people who are chosen by their health and this does.
        NotReady: when a check stands in the way.
        Changed: when the letter is not the one that was seen.
        NotLooked: when it was seen, and a check has doubts that nobody has looked at.
        NotApproved: when somebody's yes is needed, and none stands for this very letter and segment.
        audience.NoSuchSegment: when the segment is no longer there.
        Nobody: when nobody would get it.
        Impossible: when it was canceled before, or went out with the same letter in another language.
    """
    campaign = held(edition=edition, segment=segment, by=by)
    if campaign.state == CampaignState.STARTED:
        return campaign
    found = ready(campaign, "start", by=by, seen=seen, without_approval=without_approval)
    edition, letter, chosen = found.edition, found.letter, found.chosen
    _publish(edition, by)
    letters = audience.of(chosen, found.readership).letters if letter.edition.second_subject else 0
    dispatch = door.open_dispatch(
        occasion=name_of(campaign),
        purpose=Purpose.OWN_SERVICES,
        topic=found.readership.topic,
        audience=audience.in_words_for_readers(chosen, found.readership),
        is_correction=audience.is_correction(chosen),
        readers=audience.recipients(chosen, found.readership),
        letter=letter.letter(),
        ways=letter.ways,
        written=letter.letter,
        question=asking_again.kept(letter, chosen),
        arm_size=arm_size(letter, letters),
        by=by,
    )
    if dispatch.frozen_at and not dispatch.letters:
        raise Nobody(f"Nobody would get {edition.ref}.")
    campaign.dispatch, campaign.state, campaign.segment = dispatch, CampaignState.STARTED, chosen.name
    campaign.revision, campaign.letter_hash = edition.latest_revision_id, letter.seal
    campaign.started_at, campaign.started_by = timezone.now(), name_of(by) or SYSTEM
    campaign.attention, campaign.attention_at = "", None
    campaign.save()
    if dispatch.arm_size:
        begin(campaign, letter.edition)
    window = SendingRule.get().window(campaign.started_at)
    if window is not None:
        door.keep_hours(dispatch=dispatch, opens_at=window.opens, closes_at=window.closes)
    door.start(dispatch=dispatch, by=by)
    said: dict[str, Any] = {"unapproved": True} if found.is_unapproved else {}
    if dispatch.frozen_at:  # until then nobody knows how many
        said["letters"] = dispatch.letters
    record(
        "campaign.started",
        subject=campaign,
        by=by,
        edition=edition.ref,
        segment=chosen.name,
        clinical=found.is_clinical,
        **said,
    )
    return campaign


def pause(*, campaign: Campaign, by: User | None) -> Campaign:
    """Hold the sending; letters in a worker's hands still leave.

    Raises:
        PermissionDenied: when `by` may not send.
        Impossible: when nothing is being sent.
    """
    return _step(campaign, "pause", by)


def resume(*, campaign: Campaign, by: User | None) -> Campaign:
    """Go on with what waits.

    Raises:
        PermissionDenied: when `by` may not send.
        Impossible: when nothing waits.
    """
    return _step(campaign, "resume", by)


def cancel(*, campaign: Campaign, by: User | None) -> Campaign:
    """Stop for good; what has left stays left.

    Raises:
        PermissionDenied: when `by` may not send.
        Impossible: when it is over.
    """
    return _step(campaign, "cancel", by)


@transaction.atomic
def _step(campaign: Campaign, action: str, by: User | None) -> Campaign:
    _demand(policy.may_send(by) if by else True)
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("dispatch").get(pk=campaign.pk)
    if action == "cancel" and campaign.state == CampaignState.CANCELLED:
        return campaign
    if campaign.dispatch is None or not may_follow(campaign.state, action):
        raise Impossible(f"{campaign.ref} is {campaign.stage}.")
    stood = campaign.stage
    try:
        dispatch = {"pause": door.pause, "resume": door.resume, "cancel": door.cancel}[action](
            dispatch=campaign.dispatch, by=by
        )
    except door.Impossible as error:
        raise Impossible(str(error)) from error
    campaign.dispatch = dispatch
    if action == "cancel":
        campaign.state = CampaignState.CANCELLED
        campaign.cancelled_at, campaign.cancelled_by = timezone.now(), name_of(by) or SYSTEM
        campaign.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    if dispatch.state != stood:
        record(f"campaign.{_DONE[action]}", subject=campaign, by=by)
    return campaign


_DONE = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}


def may_publish(edition: EditionPage, by: User | None) -> bool:
    """Return whether sending puts the letter into the archive as well: where whoever sends may publish pages."""
    return by is None or bool(edition.permissions_for_user(by).can_publish())


def _publish(edition: EditionPage, by: User | None) -> None:
    """Put the newest revision into the archive, so that the page says what the letter says; not what is for colleagues.

    Whatever is sent has a revision, also where it stays off the web.
    """
    revision = edition.get_latest_revision() or edition.save_revision(user=by)
    if not may_publish(edition, by):
        return
    if not edition.live or edition.has_unpublished_changes or edition.live_revision_id != revision.pk:
        revision.publish(user=by)
    edition.refresh_from_db()


def _demand(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied

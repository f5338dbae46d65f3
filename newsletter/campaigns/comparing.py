"""What is done about two subjects: one is written beside the other, both are tried, and the rest gets one of them."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.models import User
from delivery import arms
from delivery.clicks import counting
from delivery.states import SENDING
from delivery.steps import hold
from delivery.ways import FIRST, SECOND
from journal.recording import name_of, record
from newsletter.campaigns import policy, sureness
from newsletter.campaigns.actions import Impossible
from newsletter.campaigns.comparisons import Comparison, Subject
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.scheduling import PAST_DUE
from newsletter.campaigns.states import CampaignState
from newsletter.campaigns.written import newest
from newsletter.editions.models import EditionPage

UNWRITTEN = frozenset({CampaignState.SCHEDULED, CampaignState.STARTED, CampaignState.CANCELLED})
ARM = {Subject.FIRST: FIRST, Subject.SECOND: SECOND}


@transaction.atomic
def write(*, edition: EditionPage, subject: str, by: User) -> None:
    """Keep a second subject with the letter's newest words, or none: it is checked and approved as a part of them.

    Args:
        edition: the page.
        subject: "" takes it away.
        by: who writes.

    Raises:
        PermissionDenied: when `by` may not write letters.
        Impossible: when the letter has a time, or left.
        django.core.exceptions.ValidationError: when a merge tag in it is not known, or has no fallback.
    """
    if not policy.may_edit(by):
        raise PermissionDenied
    Page.objects.select_for_update().get(pk=edition.pk)
    if Campaign.objects.filter(edition=edition, state__in=UNWRITTEN).exists():
        raise Impossible(f"{edition.ref} is on its way.")
    written = newest(EditionPage.objects.get(pk=edition.pk))
    second = " ".join(subject.split())
    if written.second_subject != second:
        written.second_subject = second
        written.save_revision(user=by, log_action=True)


def look(*, comparison: Comparison, now: datetime | None = None) -> None:
    """Go on with a comparison, once whoever asks: note that both parts have their letters, read the figures in time.

    Where that time passed while nothing could be sent, somebody is asked first: the rest would get it late.
    """
    now = now or timezone.now()
    with transaction.atomic():
        comparison = _locked(comparison)
        dispatch = comparison.campaign.dispatch
        assert dispatch is not None
        if comparison.decided_at or comparison.campaign.state != CampaignState.STARTED:
            return
        is_sending = dispatch.state in SENDING
        if comparison.decides_at is None:
            if is_sending and arms.are_through(dispatch):
                _change(comparison, tested_at=now)
        elif now >= comparison.decides_at:
            is_late = now - comparison.decides_at > PAST_DUE
            if not is_sending or (is_late and comparison.asked_at is None):
                _ask(comparison, now)
            else:
                _decide(comparison, now)


@transaction.atomic
def choose(*, campaign: Campaign, subject: str, by: User) -> Comparison:
    """Let everybody else get the letter with one of the subjects, without waiting for the figures.

    Args:
        campaign: in which two are compared.
        subject: of Subject.
        by: who chooses.

    Returns:
        The comparison; the one that was decided already stays as it is.

    Raises:
        PermissionDenied: when `by` may not send.
        Impossible: when nothing is compared in it, it is over, or who gets it is still being collected.
        ValueError: when there is no such subject.
    """
    if not policy.may_send(by):
        raise PermissionDenied
    chosen = Subject(subject)
    standing = Comparison.objects.filter(campaign=campaign).first()
    if standing is None:
        raise Impossible(f"Nothing is compared in {campaign.ref}.")
    comparison = _locked(standing)
    dispatch = comparison.campaign.dispatch
    assert dispatch is not None
    if comparison.decided_at:
        return comparison
    if comparison.campaign.state != CampaignState.STARTED or not dispatch.frozen_at:
        raise Impossible(f"{campaign.ref} is {comparison.campaign.stage}.")
    _let_go(comparison, timezone.now(), chosen, by=by)
    return comparison


def _decide(comparison: Comparison, now: datetime) -> None:
    assert comparison.campaign.dispatch is not None
    assert comparison.decides_at is not None
    dispatch = comparison.campaign.dispatch
    letters = arms.accepted(dispatch)
    people = counting.visitors(dispatch.pk, until=comparison.decides_at)
    for name, arm in ((Subject.FIRST, FIRST), (Subject.SECOND, SECOND)):
        setattr(comparison, f"{name}_letters", letters[arm])
        setattr(comparison, f"{name}_people", min(people.get(arm, 0), letters[arm]))
    found = sureness.better(
        (comparison.first_people, comparison.second_people), (comparison.first_letters, comparison.second_letters)
    )
    comparison.better = "" if found is None else list(Subject)[found]
    _let_go(comparison, now, Subject(comparison.better or Subject.FIRST), by=None)


def _let_go(comparison: Comparison, now: datetime, subject: Subject, *, by: User | None) -> None:
    assert comparison.campaign.dispatch is not None
    arms.let_go(comparison.campaign.dispatch, arm=ARM[subject])
    comparison.sent, comparison.decided_at, comparison.decided_by = subject, now, name_of(by) if by else ""
    comparison.save()
    record("campaign.compared", subject=comparison.campaign, by=by, sent=subject.value, better=comparison.better)


def _ask(comparison: Comparison, now: datetime) -> None:
    """Ask a person; one who paused it is there already."""
    assert comparison.campaign.dispatch is not None
    if comparison.asked_at is None:
        _change(comparison, asked_at=now)
        trouble = _("The time for the other readers passed while nothing could be sent. Is it still right to send it?")
        hold(dispatch=comparison.campaign.dispatch, trouble=trouble)


def _locked(comparison: Comparison) -> Comparison:
    Campaign.objects.select_for_update().get(pk=comparison.pk)
    return Comparison.objects.select_related("campaign__dispatch").get(pk=comparison.pk)


def _change(comparison: Comparison, **fields: datetime) -> None:
    for name, value in fields.items():
        setattr(comparison, name, value)
    comparison.save(update_fields=list(fields))

"""Keeps a campaign in step with Wagtail's workflow, whichever button somebody pressed; imported by wagtail_hooks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import receiver
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import published, task_approved, task_rejected, task_submitted, workflow_cancelled

from accounts.models import User
from newsletter.campaigns import actions, approving, workflow
from newsletter.campaigns.letter_task import LetterApproval
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import ApprovalState
from newsletter.editions.models import EditionPage


@receiver(task_submitted)
@transaction.atomic
def asked_in_wagtail(instance: TaskState, user: User | None, **_more: Any) -> None:
    """Keep that somebody handed a letter in by Wagtail's own button."""
    edition = _edition_of(instance)
    if edition is None:
        return
    campaign = Campaign.objects.filter(edition=edition).first() or actions.prepare(edition=edition, by=None)
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.approval != ApprovalState.ASKED:
        approving.write_down_that_it_waits(campaign, edition, user)


@receiver([task_approved, task_rejected])
def decided_elsewhere(instance: TaskState, **_more: Any) -> None:
    """Refuse a decision that was not taken on our page: nobody was shown what they said yes to.

    Raises:
        PermissionDenied: when the campaign knows of no such decision.
    """
    edition = _edition_of(instance)
    if edition is None:
        return
    said = ApprovalState.APPROVED if instance.status == TaskState.STATUS_APPROVED else ApprovalState.CHANGE_ASKED
    if not Campaign.objects.filter(edition=edition, approval=said).exists():
        raise PermissionDenied


@receiver(workflow_cancelled)
def taken_back_in_wagtail(instance: WorkflowState, user: User | None, **_more: Any) -> None:
    """Keep that somebody took a letter back by Wagtail's own button, or that its workflow was switched off."""
    if instance.workflow.name != workflow.NAME:
        return
    open_states = [ApprovalState.ASKED, ApprovalState.CHANGE_ASKED]
    campaign = Campaign.objects.filter(edition=instance.object_id, approval__in=open_states).first()
    if campaign is not None:
        approving.taken_back(campaign, by=user)


@receiver(published, sender=EditionPage)
def the_web_copy_is_another_question(instance: EditionPage, **_more: Any) -> None:
    """Let a question for approval stand while the web copy is published: Wagtail would cancel what it finds here."""
    state = instance.current_workflow_state
    if state is not None and state.workflow.name == workflow.NAME:
        instance._current_workflow_states = []


def _edition_of(step: TaskState) -> EditionPage | None:
    if not isinstance(step.task.specific, LetterApproval):
        return None
    edition: EditionPage | None = EditionPage.objects.filter(pk=step.workflow_state.object_id).first()
    return edition

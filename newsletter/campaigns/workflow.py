"""The workflow by which Wagtail shows that a letter waits for somebody's yes: it follows the owner's rule."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from accounts.models import User
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.letter_task import LetterApproval
from newsletter.editions.models import EditionIndexPage, EditionPage

NAME = "Approval of newsletters"
TASK = "Somebody reads it before it is sent"


@transaction.atomic
def follow(rule: ApprovalRule) -> Workflow:
    """Return the workflow, active and given to every archive of letters where a yes is needed; safe to repeat.

    What somebody in Wagtail's settings took off, switched off or gave to other pages is mended by it. Where nobody's
    yes is needed any more, what waits is taken back.
    """
    workflow, _made = Workflow.objects.get_or_create(name=NAME)
    task = LetterApproval.objects.filter(name=TASK).first() or LetterApproval.objects.create(name=TASK)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for thing in (workflow, task):
        if not thing.active:
            thing.active = True
            thing.save(update_fields=["active"])
    archives = EditionIndexPage.objects.all() if rule.is_needed else EditionIndexPage.objects.none()
    WorkflowPage.objects.filter(workflow=workflow).exclude(page__in=archives.values("pk")).delete()
    for archive in archives:
        WorkflowPage.objects.update_or_create(page_id=archive.pk, defaults={"workflow": workflow})
    if not rule.is_needed:
        for state in WorkflowState.objects.active().filter(workflow=workflow):
            state.cancel()
    return workflow


def clear(edition: EditionPage, by: User | None) -> None:
    """Take away another workflow that a letter is in, or ours where its step was switched off."""
    state = edition.current_workflow_state
    if state is None:
        return
    if state.workflow.name != NAME or not (step_of(edition) or is_sent_back(state)):
        state.cancel(user=by)


def begin(edition: EditionPage, rule: ApprovalRule, by: User) -> None:
    """Let Wagtail show that a letter waits: the same state goes on where a change was asked for.

    Args:
        edition: with a revision, and in no other workflow.
        rule: the owner's.
        by: who asks.
    """
    workflow, state = follow(rule), edition.current_workflow_state
    if state is None:
        workflow.start(edition, by)
    elif is_sent_back(state):
        state.resume(user=by)


def is_sent_back(state: WorkflowState) -> bool:
    """Return whether somebody asked for a change."""
    return bool(state.status == WorkflowState.STATUS_NEEDS_CHANGES)


def step_of(edition: EditionPage) -> TaskState | None:
    """Return the step at which a letter waits for a yes, or None where Wagtail does not show it waiting."""
    state = edition.current_workflow_state
    step = state.current_task_state if state and state.status == WorkflowState.STATUS_IN_PROGRESS else None
    if step is None or step.status != TaskState.STATUS_IN_PROGRESS:
        return None
    return step if isinstance(step.task.specific, LetterApproval) else None


def end(edition: EditionPage, by: User | None) -> None:
    """Let Wagtail show that nobody is asked any more."""
    state = edition.current_workflow_state
    if state is not None and state.workflow.name == NAME:
        state.cancel(user=by)

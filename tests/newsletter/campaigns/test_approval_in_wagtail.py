"""Wagtail shows that a letter waits; its buttons lift nothing, and a crash leaves both sides where they were."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.models import GroupPagePermission, Task, TaskState, WorkflowPage, WorkflowState

from accounts import groups
from accounts.roles import Role
from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import actions, approving, workflow
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionIndexPage
from tests.factories.approvals import fresh, say_yes, state

pytestmark = pytest.mark.usefixtures("monday")


def test_wagtail_shows_it_waiting_and_approved_without_publishing(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    waiting = WorkflowState.objects.get()
    assert (waiting.status, waiting.requested_by) == ("in_progress", hannah)
    assert TaskState.objects.reviewable_by(okafor).count() == 1
    assert TaskState.objects.reviewable_by(hannah).count() == 0
    say_yes(draft, okafor)
    waiting.refresh_from_db()
    assert waiting.status == "approved"
    assert waiting.current_task_state.finished_by == okafor
    assert not fresh(draft).live, "a yes to sending publishes nothing"
    assert Entry.objects.filter(verb="page.workflow.approve").count() == 1


def test_wagtails_own_buttons_decide_nothing(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    step = TaskState.objects.get()
    task = step.task.specific
    assert [name for name, _label, _modal in task.get_actions(draft, okafor)] == ["approve"]
    assert task.get_actions(draft, hannah) == []
    assert task.on_action(step, okafor, "approve") == f"/admin/newsletters/{draft.pk}/approval/"
    assert task.on_action(step, okafor, "reject", comment="No") == f"/admin/newsletters/{draft.pk}/approval/"
    assert state(draft) == "asked"
    for decide in (step.approve, step.reject):
        with pytest.raises(PermissionDenied), transaction.atomic():
            decide(user=okafor)
        step = TaskState.objects.get(pk=step.pk)
    assert step.status == "in_progress"
    assert state(draft) == "asked"


def test_what_is_handed_in_by_wagtails_own_button_waits_here_too(owner_approves, draft, hannah, okafor):
    fresh(draft).get_workflow().start(fresh(draft), hannah)
    campaign = Campaign.objects.get()
    assert (campaign.approval, campaign.asked_by) == ("asked", f"user:{hannah.ref}")
    WorkflowState.objects.get().cancel(user=hannah)
    assert state(draft) == "none"
    assert Entry.objects.filter(verb="campaign.approval_taken_back").count() == 1


def test_publishing_the_web_copy_leaves_the_question_standing(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    groups.furnish(Role.OWNER)
    fresh(draft).get_latest_revision().publish(user=okafor)
    assert fresh(draft).live
    assert state(draft) == "asked"
    assert WorkflowState.objects.get().status == "in_progress"


def test_what_somebody_switched_off_in_wagtail_lifts_nothing(owner_approves, draft, readers, hannah, okafor):
    WorkflowPage.objects.all().delete()
    workflow.LetterApproval.objects.get().deactivate()
    with pytest.raises(actions.NotApproved):
        actions.start(edition=draft, by=hannah)
    approving.ask(edition=fresh(draft), by=hannah)
    assert WorkflowState.objects.get(status="in_progress").workflow.name == workflow.NAME
    Task.objects.get(name=workflow.TASK).specific.deactivate()
    with pytest.raises(actions.NotApproved):
        actions.start(edition=fresh(draft), by=hannah)
    say_yes(draft, okafor)
    assert actions.start(edition=fresh(draft), by=hannah).dispatch


def test_a_letter_in_another_workflow_is_asked_for_all_the_same(owner_approves, draft, hannah, okafor):
    from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

    other = Workflow.objects.create(name="Lawyer")
    WorkflowTask.objects.create(workflow=other, task=GroupApprovalTask.objects.create(name="Lawyer"))
    other.start(draft, hannah)
    approving.ask(edition=fresh(draft), by=hannah)
    assert WorkflowState.objects.get(status="in_progress").workflow.name == workflow.NAME
    say_yes(draft, okafor)


def test_every_archive_has_the_workflow(owner_approves, draft):
    assert {page.get_workflow().name for page in EditionIndexPage.objects.all()} == {workflow.NAME}
    workflow.follow(owner_approves)
    given = WorkflowPage.objects.filter(workflow__name=workflow.NAME)
    assert given.count() == EditionIndexPage.objects.count()


@pytest.mark.parametrize("breaks", ["_decide", "workflow.step_of"])
def test_a_crash_half_way_leaves_both_sides_where_they_were(breaks, owner_approves, draft, hannah, okafor, monkeypatch):
    approving.ask(edition=draft, by=hannah)

    def crash(*args, **kwargs):
        raise RuntimeError("power")

    monkeypatch.setattr(f"newsletter.campaigns.approving.{breaks}", crash)
    with pytest.raises(RuntimeError):
        say_yes(draft, okafor)
    assert state(draft) == "asked"
    assert WorkflowState.objects.get().status == "in_progress"
    assert not Entry.objects.filter(verb="campaign.approved").exists()
    monkeypatch.undo()
    say_yes(draft, okafor)
    assert WorkflowState.objects.get().status == "approved"


def test_a_crash_while_asking_leaves_nothing(owner_approves, draft, hannah, monkeypatch):
    def crash(*args, **kwargs):
        raise RuntimeError("power")

    monkeypatch.setattr("newsletter.campaigns.approving.workflow.begin", crash)
    with pytest.raises(RuntimeError):
        approving.ask(edition=draft, by=hannah)
    assert not Campaign.objects.exists()
    assert not WorkflowState.objects.exists()


def test_who_may_send_and_not_publish_sends_without_an_archive_copy(draft, readers, hannah):
    GroupPagePermission.objects.filter(permission__codename="publish_page").delete()
    actions.start(edition=draft, by=hannah)
    assert Message.objects.count() == 2
    assert not fresh(draft).live

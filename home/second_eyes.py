"""A second pair of eyes: what the owner wants read by somebody else before it is out, as a workflow of Wagtail's."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from accounts.groups import furnish
from accounts.roles import Role
from home.models import HomePage
from practice.models import Practice

NAME = "A second pair of eyes"
TASK = "The owner or the office manager"
MODERATORS = (Role.OWNER, Role.LEAD)
WAGTAILS_OWN = "Moderators approval"  # comes with Wagtail, over all pages, for a group in which nobody is
SecondEyes = Practice.SecondEyes


@transaction.atomic
def follow(practice: Practice) -> Workflow:
    """Return the workflow, assigned as the practice's setting says; safe to repeat.

    A page that somebody gave another workflow keeps it, unless the setting names that very page.
    """
    workflow, _made = Workflow.objects.get_or_create(name=NAME)
    task, _made = GroupApprovalTask.objects.get_or_create(name=TASK)
    task.groups.set([furnish(role) for role in MODERATORS])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    _let_go_of_wagtails_own()
    pages = _pages_of(practice)
    WorkflowPage.objects.filter(workflow=workflow).exclude(page__in=pages).delete()
    for page in pages:
        WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return workflow


def settle(practice: Practice) -> None:
    """Make the workflow where it is missing; what stands is never touched."""
    if not Workflow.objects.filter(name=NAME).exists():
        follow(practice)


def follow_into(page: Page, source: Page) -> None:
    """Have a page read by whoever reads the one that it is a translation of, where it has no workflow of its own."""
    above = WorkflowPage.objects.filter(page=source).first()
    if above is not None and not WorkflowPage.objects.filter(page=page).exists():
        WorkflowPage.objects.create(page=page, workflow=above.workflow)


def _pages_of(practice: Practice) -> list[Page]:
    """Return what the setting names, in every language: no language stands below another in the tree."""
    return list(HomePage.objects.all()) if practice.second_eyes == SecondEyes.PAGES else []


def _let_go_of_wagtails_own() -> None:
    if not Group.objects.filter(name="Moderators", user__isnull=False).exists():
        WorkflowPage.objects.filter(workflow__name=WAGTAILS_OWN).delete()
        Workflow.objects.filter(name=WAGTAILS_OWN).update(active=False)

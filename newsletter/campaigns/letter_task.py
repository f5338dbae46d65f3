"""The step of Wagtail's workflow in which somebody says yes to a letter: Wagtail shows it, and our own page decides."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from accounts.models import User


class LetterApproval(Task):
    """Somebody reads a letter before it is sent; who, says the owner's rule and no group of Wagtail's."""

    class Meta:
        verbose_name = _("approval of a newsletter")
        verbose_name_plural = _("approvals of newsletters")

    def get_actions(self, obj: Any, user: User) -> list[tuple[str, Any, bool]]:
        """Return the one act that Wagtail offers to whoever may decide: to read the letter on our page."""
        campaign = apps.get_model("campaigns", "Campaign").objects.filter(edition=obj.pk).first()
        return [("approve", _("Read and decide"), False)] if campaign and campaign.waits_for(user) else []

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> str:
        """Lead to our page and decide nothing: a yes is said to what was looked at, and to a number of people."""
        return reverse("newsletters:approval", args=[task_state.workflow_state.object_id])

    def get_form_for_action(self, action: str) -> None:
        """Return no form: our page asks."""
        return

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> models.QuerySet[TaskState]:
        """Return what waits for somebody."""
        waiting = apps.get_model("campaigns", "Campaign").objects.waiting()
        found: models.QuerySet[TaskState] = self.task_states.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__object_id__in=[str(one.edition_id) for one in waiting if one.waits_for(user)],
        )
        return found

    @classmethod
    def get_description(cls) -> str:
        """Return who may, in the words of Wagtail's list of tasks."""
        return str(_("Whoever the owner named under Settings, Approval of newsletters"))

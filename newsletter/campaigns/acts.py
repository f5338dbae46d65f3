"""The acts below a letter in Wagtail's editor, each called what it does: a web copy is published, a letter sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import ActionMenuItem, PublishMenuItem, UnpublishMenuItem, WorkflowMenuItem

from accounts.sessions import user_of
from newsletter.campaigns import workflow
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionIndexPage, EditionPage

WAGTAILS_WORKFLOW = frozenset({"action-submit", "action-restart-workflow", "action-cancel-workflow"})


class CheckAndSend(ActionMenuItem):
    """Leads from the editor to the checks."""

    label = _("Check and send")
    name = "check-and-send"
    icon_name = "mail"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Show it while a letter that stands already is edited."""
        return context["view"] == "edit" and isinstance(context.get("page"), EditionPage)

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the checks of this letter."""
        return reverse("newsletters:send", args=[context["page"].pk])


class ReadAndDecide(ActionMenuItem):
    """Leads whoever approves from the editor to the page where they do."""

    label = _("Read and decide")
    name = "read-and-decide"
    icon_name = "success"

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the approval of this letter."""
        return reverse("newsletters:approval", args=[context["page"].pk])


class PublishWebCopy(PublishMenuItem):
    """Puts the letter into the archive; nobody gets mail by it."""

    label = _("Publish the web copy")


class UnpublishWebCopy(UnpublishMenuItem):
    """Takes the letter out of the archive; who got it keeps it."""

    label = _("Unpublish the web copy")


OURS: dict[str, type[ActionMenuItem]] = {"action-publish": PublishWebCopy, "action-unpublish": UnpublishWebCopy}


def name_the_acts(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Call the acts of a letter what they do, and leave the approval to our own pages.

    Args:
        items: Wagtail's list, which is changed in place; its items are shared by all requests and stay as they are.
        request: whose editor it is.
        context: Wagtail's, with the page or its parent.
    """
    page, parent = context.get("page"), context.get("parent_page")
    is_new = context["view"] == "create" and parent is not None and parent.specific_class is EditionIndexPage
    if not is_new and not isinstance(page, EditionPage):
        return
    items[:] = [OURS[item.name](order=item.order) if item.name in OURS else item for item in items]
    if _is_of_another_workflow(page if not is_new else parent):
        return
    items[:] = [item for item in items if item.name not in WAGTAILS_WORKFLOW and not isinstance(item, WorkflowMenuItem)]
    campaign = None if is_new or page is None else Campaign.objects.filter(edition=page.pk).first()
    if campaign is not None and campaign.waits_for(user_of(request)):
        items.append(ReadAndDecide())


def _is_of_another_workflow(page: Any) -> bool:
    """Return whether somebody gave letters a workflow of their own in Wagtail's settings."""
    state = page.current_workflow_state
    found = state.workflow if state else page.get_workflow()
    return found is not None and found.name != workflow.NAME

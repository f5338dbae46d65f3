"""Newsletters in the Wagtail admin: menu, addresses, the editor's checks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.menus import ForHolders
from newsletter.campaigns import in_step, workflow  # noqa: F401 (in_step listens to Wagtail)
from newsletter.campaigns.acts import CheckAndSend, name_the_acts
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.editor import EditionViewSet
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.rule_settings import ApprovalRuleViewSet, OwnersOnly, SendingRuleViewSet, TestReaderViewSet
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.trials import TestReader
from practice.policy import ManagersOnly

register_permission_policy(ApprovalRule, OwnersOnly(ApprovalRule))
register_snippet(ApprovalRuleViewSet)
register_permission_policy(SendingRule, OwnersOnly(SendingRule))
register_snippet(SendingRuleViewSet)
register_permission_policy(TestReader, ManagersOnly(TestReader))
register_snippet(TestReaderViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Put the screens under /admin/newsletters/."""
    return [path("newsletters/", include("newsletter.campaigns.urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Lead to the list of letters."""
    return ForHolders(
        _("Newsletters"),
        reverse("newsletters:index"),
        permission="newsletters.edit",
        name="newsletters",
        icon_name="mail",
    )


@hooks.register("register_admin_viewset")
def edition_views() -> EditionViewSet:
    """Give the letter its own editor."""
    return EditionViewSet("newsletter-pages")


@hooks.register("register_page_action_menu_item")
def check_and_send() -> CheckAndSend:
    """Lead from the editor to the checks."""
    return CheckAndSend(order=5)


hooks.register("construct_page_action_menu", name_the_acts, order=900)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def follow_the_rule(request: HttpRequest, instance: Any) -> None:
    """Let Wagtail's workflow be as the owner's rule says."""
    if isinstance(instance, ApprovalRule):
        workflow.follow(instance)


@hooks.register("before_delete_page")
def keep_what_was_sent(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a letter with a campaign, or a page above one: who got what must stay known."""
    return _refuse_deleting(request, [page])


@hooks.register("before_bulk_action")
def keep_what_was_sent_among_many(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse the same of pages that were chosen in a list."""
    pages = [thing for thing in objects if isinstance(thing, Page)]
    return _refuse_deleting(request, pages) if action_type == "delete" else None


def _refuse_deleting(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    if request.method != "POST":
        return None
    for page in pages:
        within = Page.objects.descendant_of(page, inclusive=True)
        if Campaign.objects.filter(edition__in=within.values("pk")).exists():
            messages.error(
                request, gettext("A letter that was made ready or sent cannot be deleted. Unpublish it instead.")
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
    return None

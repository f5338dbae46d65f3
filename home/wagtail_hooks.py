"""What the admin does for the front door: a new practice gets its pages at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.signals import copy_for_translation_done

from accounts.menus import ForHolders
from accounts.roles import may
from home.models import PersonPage, ServicePage
from home.pages import plant
from home.panels import panels_for
from home.record import journal
from home.second_eyes import follow, follow_into
from newsletter.editions.models import EditionPage
from practice.models import Practice, Service, StaffMember


@hooks.register("after_create_snippet")
def plant_the_pages(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Make the pages of a new practice, and the page of a new service, which is opened next for more words."""
    if not isinstance(instance, Practice | Service) or not (practice := Practice.get()):
        return None
    plant(practice)
    page = ServicePage.objects.filter(service=instance).first() if isinstance(instance, Service) else None
    if page is None or not page.permissions_for_user(request.user).can_edit():
        return None
    messages.success(request, gettext("Its page is on the site. Say more about it here, then publish."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def follow_the_team(request: HttpRequest, instance: Any) -> None:
    """Make the page of somebody new, and take the page of somebody who left off the site."""
    if not isinstance(instance, StaffMember):
        return
    if instance.is_active:
        if practice := Practice.get():
            plant(practice)
        return
    for page in PersonPage.objects.live().filter(staff_member=instance):
        page.unpublish(user=request.user)


@hooks.register("after_edit_snippet")
def ask_whom_the_owner_wants(request: HttpRequest, instance: Any) -> None:
    """Assign the workflow as the practice's setting says."""
    if isinstance(instance, Practice):
        follow(instance)


@receiver(copy_for_translation_done)
def ask_for_the_translation_too(source_obj: Any, target_obj: Any, **_more: Any) -> None:
    """Have the translation of a page read by whoever reads the page."""
    if isinstance(target_obj, Page):
        follow_into(target_obj, source_obj)


@hooks.register("construct_homepage_panels", order=1000)
def panels_by_role(request: HttpRequest, panels: list[Any]) -> None:
    """Put each role's own panels first; Wagtail's stay for those who edit pages."""
    kept = list(panels) if may(request.user, "pages.edit") else []
    panels[:] = [*panels_for(request), *kept]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_counts(request: HttpRequest, items: list[Any]) -> None:
    """Leave out how many pages and files there are: nobody acts on it."""
    items[:] = []


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Put the journal among the reports."""
    return [path("reports/journal/", journal, name="journal")]


@hooks.register("register_reports_menu_item")
def journal_item() -> MenuItem:
    """Put the journal into the menu of reports."""
    return ForHolders(
        _("Journal"), reverse("journal"), permission="journal.read", name="journal", icon_name="history", order=10
    )


@hooks.register("construct_page_action_menu", order=1000)
def publish_first(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Let Publish be the button that one sees, for whoever may; a letter is sent, so there it stays in the list."""
    page = context.get("page")
    if isinstance(page, EditionPage) or context.get("view") == "revisions_revert":
        return
    items.sort(key=lambda item: item.name != "action-publish")

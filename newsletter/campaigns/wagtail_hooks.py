"""Newsletters in the Wagtail admin: menu, addresses, the editor's checks."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from newsletter.campaigns import policy
from newsletter.campaigns.editor import CheckAndSend, EditionViewSet


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Put the screens under /admin/newsletters/."""
    return [path("newsletters/", include("newsletter.campaigns.urls"))]


class NewslettersMenuItem(MenuItem):
    """Shown to those who may write letters."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether this person sees it."""
        return policy.may_edit(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Lead to the list of letters."""
    return NewslettersMenuItem(_("Newsletters"), reverse("newsletters:index"), name="newsletters", icon_name="mail")


@hooks.register("register_admin_viewset")
def edition_views() -> EditionViewSet:
    """Give the letter its own editor."""
    return EditionViewSet("newsletter-pages")


@hooks.register("register_page_action_menu_item")
def check_and_send() -> CheckAndSend:
    """Lead from the editor to the checks."""
    return CheckAndSend(order=5)

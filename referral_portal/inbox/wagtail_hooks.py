"""The staff's furniture in the Wagtail admin: icons, looks, the menu's order, the addresses of the inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.menus import ForHolders
from practice.follow_ups import FollowUp

ICONS = ("inbox", "phone", "gift", "heart", "print", "send", "flag", "pill", "chart", "card", "undo")
MENU_ORDER = (
    "home",
    "inbox",
    "follow-ups",
    "newsletters",
    "surveys",
    "explorer",
    "people",
    "outreach",
    "reports",
    "images",
    "documents",
    "settings",
)
NOT_OURS = {"help"}


@hooks.register("register_icons")
def icons(names: list[str]) -> list[str]:
    """Add our symbols to the admin's sprite, as `gw-inbox`."""
    return [*names, *(f"staff/icons/{name}.svg" for name in ICONS)]


@hooks.register("insert_global_admin_css")
def stylesheet() -> SafeString:
    """Put our stylesheet after Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("staff/staff.css"))


@hooks.register("insert_global_admin_js")
def script() -> SafeString:
    """Make Wagtail's calls from data, since the content policy forbids inline scripts."""
    return format_html('<script src="{}"></script>', static("staff/admin-csp.js"))


@hooks.register("construct_main_menu", order=1000)
def order_the_menu(request: HttpRequest, items: list[Any]) -> None:
    """Home first, then the day's work; what other rooms add stands in the product's order, the rest after it."""
    rank = {name: number for number, name in enumerate(MENU_ORDER)}
    items[:] = [item for item in items if item.name not in NOT_OURS]
    items.append(MenuItem(_("Home"), reverse("wagtailadmin_home"), name="home", icon_name="home"))
    for item in items:
        item.order = rank.get(item.name, len(rank)) * 100


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Put the inbox under /admin/inbox/, and the follow-ups beside it."""
    return [
        path("inbox/", include("referral_portal.inbox.urls", namespace="inbox")),
        path("follow-ups/", include("referral_portal.inbox.promise_urls", namespace="follow_ups")),
    ]


@hooks.register("register_admin_menu_item")
def inbox_item() -> MenuItem:
    """Put the inbox into the menu."""
    return ForHolders(_("Inbox"), reverse("inbox:list"), permission="inbox.see", name="inbox", icon_name="gw-inbox")


class FollowUpsMenuItem(ForHolders):
    """The way to the follow-ups, with how many are open, for those who settle them."""

    def render_component(self, request: HttpRequest) -> Any:
        """Return the item of the sidebar, with the number in its name."""
        number = FollowUp.objects.open().count()
        shown = MenuItem(
            _("Follow-ups (%(n)s)") % {"n": number} if number else _("Follow-ups"),
            self.url,
            name=self.name,
            icon_name=self.icon_name,
        )
        return shown.render_component(request)


@hooks.register("register_admin_menu_item")
def follow_ups_item() -> MenuItem:
    """Put the follow-ups into the menu, after the inbox."""
    return FollowUpsMenuItem(
        _("Follow-ups"),
        reverse("follow_ups:list"),
        permission="follow_ups.handle",
        name="follow-ups",
        icon_name="gw-flag",
    )

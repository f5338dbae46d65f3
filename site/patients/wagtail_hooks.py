"""Patients in the admin: their addresses, and the menu "People" that other rooms add to."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from accounts.menus import ForHolders
from patients import snippets  # noqa: F401 (they register themselves)

people_menu = Menu(register_hook_name="register_people_menu_item")


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Put patients under /admin/patients/, and segments beside them."""
    return [
        path("patients/", include("patients.urls", namespace="patients")),
        path("segments/", include("patients.segments.urls", namespace="segments")),
    ]


@hooks.register("register_admin_menu_item")
def people_item() -> MenuItem:
    """Put "People" into the menu; it shows where one of its ways does."""
    return SubmenuMenuItem(_("People"), people_menu, name="people", icon_name="group")


@hooks.register("register_people_menu_item")
def patients_item() -> MenuItem:
    """Put the list of patients first."""
    return ForHolders(
        _("Patients"), reverse("patients:list"), permission="patients.see", name="patients", icon_name="user", order=10
    )


@hooks.register("register_people_menu_item")
def segments_item() -> MenuItem:
    """Put segments after the patients."""
    return ForHolders(
        _("Segments"),
        reverse("segments:list"),
        permission="segments.edit",
        name="segments",
        icon_name="sliders",
        order=20,
    )


@hooks.register("register_people_menu_item")
def duplicates_item() -> MenuItem:
    """Put possible duplicates after the patients."""
    return ForHolders(
        _("Possible duplicates"),
        reverse("patients:duplicates"),
        permission="patients.merge",
        name="duplicates",
        icon_name="copy",
        order=60,
    )


@hooks.register("register_people_menu_item")
def import_item() -> MenuItem:
    """Put the import into the menu of people."""
    return ForHolders(
        _("Import"),
        reverse("patients:imports"),
        permission="patients.import",
        name="import",
        icon_name="upload",
        order=70,
    )


@hooks.register("register_people_menu_item")
def hand_out_item() -> MenuItem:
    """Put the way out beside the way in."""
    return ForHolders(
        _("Hand out a list"),
        reverse("patients:hand_out"),
        permission="patients.export",
        name="hand-out",
        icon_name="download",
        order=80,
    )

"""Consent in the admin: the desk's screens, the paper form, the report."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.menus import ForHolders


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Put the desk's screens beside the patients, and the report among the reports."""
    return [path("", include("delivery.desk_urls", namespace="consent"))]


@hooks.register("register_reports_menu_item")
def report_item() -> MenuItem:
    """Put the report into the menu of reports."""
    return ForHolders(
        _("Consent"),
        reverse("consent:report"),
        permission="consent.report",
        name="consent",
        icon_name="clipboard-list",
        order=20,
    )


@hooks.register("register_reports_menu_item")
def shut_item() -> MenuItem:
    """Put the addresses to which we do not write beside the report."""
    return ForHolders(
        _("Addresses we do not write to"),
        reverse("consent:shut"),
        permission="consent.report",
        name="shut-addresses",
        icon_name="mail",
        order=30,
    )


@hooks.register("register_reports_menu_item")
def sender_item() -> MenuItem:
    """Put the sending address beside what was said about letters."""
    return ForHolders(
        _("Sending address"),
        reverse("consent:sender"),
        permission="consent.report",
        name="sending-address",
        icon_name="mail",
        order=40,
    )


@hooks.register("register_people_menu_item")
def paper_item() -> MenuItem:
    """Put the paper form into the menu of people."""
    return ForHolders(
        _("Preference form to print"),
        reverse("consent:blank_form"),
        permission="patients.edit",
        name="preference-form",
        icon_name="gw-print",
        order=90,
    )

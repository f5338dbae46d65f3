"""Wagtail's side of the role table: what each staff role's group may do in the admin."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as registry
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.roles import PERMISSIONS, STAFF, Role

ENTER = Q(content_type__app_label="wagtailadmin", codename="access_admin")
PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")
MEDIA = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
HOUSE = Q(content_type__app_label__in=["wagtailredirects", "wagtailsearchpromotions"]) | Q(
    content_type__app_label="wagtailcore", content_type__model__in=["collection", "workflow", "task", "site"]
)
TRANSLATE = Q(content_type__app_label="simple_translation", codename="submit_translation")
PRACTICE = Q(content_type__app_label="practice") | Q(codename="change_referralprogram")


def settle() -> None:
    """Furnish the group of every staff role; safe to repeat, for a new installation and after a change of the table."""
    for role in STAFF:
        furnish(role)


def catch_up(*, apps: Apps = registry, **_signal: Any) -> None:
    """Give the groups that stand what the table says by now, after every `migrate`; it makes none.

    Args:
        apps: as the database stands; one that was taken only a part of the way has not all that is needed.
    """
    try:
        for model in (Group, Permission, Page, Collection, GroupPagePermission, GroupCollectionPermission):
            apps.get_model(model._meta.label)
    except LookupError:
        return
    standing = set(Group.objects.values_list("name", flat=True))
    for role in STAFF:
        if role.value in standing:
            furnish(role)


def furnish(role: Role) -> Group:
    """Return the group of a staff role, holding what the table says; safe to repeat.

    Raises:
        ValueError: for a role that does not work for the practice.
    """
    if role not in STAFF:
        raise ValueError(f"{role} does not enter the admin.")
    group, _made = Group.objects.get_or_create(name=role.value)
    wanted = ENTER
    if role in PERMISSIONS["practice.manage"]:
        wanted |= PRACTICE
    if role is Role.OWNER:
        wanted |= HOUSE
    group.permissions.add(*Permission.objects.filter(wanted))
    if role in PERMISSIONS["pages.edit"]:
        group.permissions.add(*Permission.objects.filter(TRANSLATE))
        _let_edit(group)
    return group


def _let_edit(group: Group) -> None:
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    of_pages = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGES)
    for permission in of_pages if root else ():
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for permission in Permission.objects.filter(codename__in=MEDIA) if collection else ():
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)

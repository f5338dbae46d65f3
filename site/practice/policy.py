"""Who may change what the practice says of itself: whoever manages the practice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from wagtail.permission_policies import BasePermissionPolicy

from accounts.models import User
from accounts.roles import PERMISSIONS, may


def may_manage(user: Any) -> bool:
    """Return whether `user` may change the practice, its places, people and services."""
    return bool(user.is_active and (user.is_superuser or may(user, "practice.manage")))


def may_handle_follow_ups(user: Any) -> bool:
    """Return whether `user` may read, hand on and settle promises."""
    return bool(user.is_active and may(user, "follow_ups.handle"))


class ManagersOnly(BasePermissionPolicy):
    """Lets managers of the practice do everything, and nobody else anything; by role, not by Django's permissions."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` manages the practice."""
        return may_manage(user)

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        """Return everybody who manages the practice."""
        holders = models.Q(grants__role__in=PERMISSIONS["practice.manage"], grants__ended_at__isnull=True)
        return User.objects.filter(holders | models.Q(is_superuser=True), is_active=True).distinct()


class EditorsToo(ManagersOnly):
    """What editors of pages may add and change as well, and only managers delete."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` may do this."""
        is_editor = bool(user.is_active and may(user, "pages.edit"))
        return super().user_has_permission(user, action) or (is_editor and action in {"add", "change", "view"})

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        """Return everybody who edits pages or manages the practice."""
        roles = PERMISSIONS["practice.manage"] | (
            PERMISSIONS["pages.edit"] if {"add", "change", "view"} & set(actions) else frozenset()
        )
        holders = models.Q(grants__role__in=roles, grants__ended_at__isnull=True)
        return User.objects.filter(holders | models.Q(is_superuser=True), is_active=True).distinct()


class OnlyOne(ManagersOnly):
    """The practice itself, and its manners: made once, changed often, never deleted."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` may do this: no second one, and no end of it."""
        if action == "delete" or (action == "add" and self.model.objects.exists()):
            return False
        return super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Return whether `user` may do one of these; who may change it may, whether or not there is one yet.

        The menu of each page asks that of each such thing, so the table is not looked at where that says it already.
        """
        wanted = sorted(actions, key=lambda action: action != "change")
        return any(self.user_has_permission(user, action) for action in wanted)

"""Who may change what editors write with: whoever holds a permission of the table of roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from wagtail.permission_policies import BasePermissionPolicy

from accounts.models import User
from accounts.roles import PERMISSIONS, may


class HoldersOnly(BasePermissionPolicy):
    """Lets holders of one permission do everything with a kind of thing, and nobody else anything."""

    def __init__(self, model: type[models.Model], permission: str) -> None:
        super().__init__(model)
        PERMISSIONS[permission]
        self.permission = permission

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` holds it."""
        return bool(user.is_active and (user.is_superuser or may(user, self.permission)))

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        """Return everybody who holds it."""
        holders = models.Q(grants__role__in=PERMISSIONS[self.permission], grants__ended_at__isnull=True)
        return User.objects.filter(holders | models.Q(is_superuser=True), is_active=True).distinct()

"""A way in the admin's menu for those whose role carries its permission."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from accounts.roles import PERMISSIONS, may


class ForHolders(MenuItem):
    """A way for those whose role carries one permission.

    Raises:
        KeyError: when the table in accounts.roles has no such permission.
    """

    def __init__(self, label: Any, url: str, *, permission: str, **more: Any) -> None:
        PERMISSIONS[permission]
        super().__init__(label, url, **more)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether this person's role carries it."""
        return may(request.user, self.permission)

"""Columns that the database writes by itself."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage
from django.db import models


class ComputedField(models.GeneratedField):
    """A generated column whose check asks no server, so that `manage.py check` answers before there is one.

    Django asks the server for its version; every PostgreSQL and SQLite that Django supports has stored columns.
    """

    def _check_supported(self, databases: Any) -> list[CheckMessage]:
        return []

    def deconstruct(self) -> Any:
        """Stand in migrations as what it is for the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.GeneratedField", args, kwargs

"""The search of pages, each in the grammar of its language; Wagtail's index on PostgreSQL has one grammar for all."""

from __future__ import annotations

from typing import Any

from django.db import connection
from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 (Wagtail looks for this name)
    """Return the search of the database in use; on SQLite, whose index knows no grammar, it is Wagtail's own."""
    if connection.vendor != "postgresql":
        return database.SearchBackend(params)
    # needs the driver of PostgreSQL, which is asked for only where it is in use
    from content.search_postgres import GrammaticalBackend

    return GrammaticalBackend(params)

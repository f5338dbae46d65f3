"""On PostgreSQL, pages are indexed in the grammar of their language, and asked in that of whoever searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from modelsearch.backends.database.postgres.postgres import (
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from wagtail.models import Locale

from content import languages

GRAMMARS = {"en": "english", "es": "spanish"}
ELSE = GRAMMARS[languages.ENGLISH]  # pictures and files have no language


class GrammaticalIndex(PostgresIndex):
    """Writes what is found, the pages of each language by its grammar."""

    def add_items(self, model: type[Model], objs: Iterable[Any]) -> None:
        """Index some objects of one kind."""
        codes = dict(Locale.objects.values_list("pk", "language_code")) if hasattr(model, "locale") else {}
        alike: dict[str, list[Any]] = defaultdict(list)
        for obj in objs:
            alike[GRAMMARS.get(codes.get(getattr(obj, "locale_id", None), ""), ELSE)].append(obj)
        for grammar, some in alike.items():
            self.backend.config = grammar
            super().add_items(model, some)


class GrammaticalQuery(PostgresSearchQueryCompiler):
    """Asks by the grammar of the language that is spoken."""

    def get_config(self, backend: Any) -> str:
        """Return the name of the grammar."""
        return GRAMMARS.get(languages.current(), ELSE)


class GrammaticalBackend(PostgresSearchBackend):
    """Wagtail's search on PostgreSQL with a grammar for each language; an instance serves one call."""

    index_class = GrammaticalIndex
    query_compiler_class = GrammaticalQuery

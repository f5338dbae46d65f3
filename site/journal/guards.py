"""Guards of append-only tables come back by themselves: on SQLite a rebuilt table loses its triggers without a word.

A guard is made by a migration with a function `guard(apps, schema_editor)`. What it writes is asked of that function
again after every migration, and what is missing is set up anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NAMED = re.compile(r"\s*CREATE\s+(?:TRIGGER|FUNCTION)\s+(\w+)", re.IGNORECASE)
STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT proname FROM pg_proc",
}


@dataclass
class Listening:
    """Hears what a guard would write, and writes nothing."""

    connection: BaseDatabaseWrapper
    statements: list[str] = field(default_factory=list)

    def execute(self, statement: str, params: object = ()) -> None:
        """Keep a statement."""
        self.statements.append(statement)


def stand_again(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Set up what is missing of an app's guards, after its migrations ran; those that were undone stay undone.

    Args:
        sender: the app.
        using: the database.
    """
    guards = list(_guards(sender.label))
    if not guards:
        return
    connection = connections[using]
    applied = MigrationRecorder(connection).applied_migrations()
    wanted: dict[str, str] = {}
    for name, guard in guards:
        if (sender.label, name) in applied:
            listening = Listening(connection)
            guard(None, listening)
            wanted |= {_name(statement): statement for statement in listening.statements}  # the newest wins
    standing = _standing(connection) if wanted else set()
    missing = [statement for name, statement in wanted.items() if name not in standing]
    if missing:
        with connection.schema_editor() as editor:
            for statement in missing:
                editor.execute(statement, None)


def _guards(label: str) -> Iterator[tuple[str, Any]]:
    """Give the functions that set up guards by their migration's name, in the order of the migrations."""
    package, _ = MigrationLoader.migrations_module(label)
    if package is None:  # migrations are switched off
        return
    try:
        found = import_module(package)
    except ModuleNotFoundError:
        return
    for name in sorted(module.name for module in iter_modules(getattr(found, "__path__", ()))):
        guard = getattr(import_module(f"{package}.{name}"), "guard", None)
        if guard is not None:
            yield name, guard


def _name(statement: str) -> str:
    named = NAMED.match(statement)
    if named is None:
        raise ValueError("A guard creates triggers and functions, each in a statement of its own.")
    return named[1]


def _standing(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        return {name for (name,) in cursor.fetchall()}

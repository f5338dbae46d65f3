"""Writes many rows of one model at once, past the model's own instances: a million people in minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Max
from django.db.models.sql import InsertQuery

from vault import sealing
from vault.fields import Sealed, SealedTextField

type Row = Sequence[Any]
ADAPTED = {
    "postgresql": (models.JSONField, SealedTextField),
    "sqlite": (
        *(models.JSONField, SealedTextField, models.UUIDField, models.DateTimeField, models.DateField),
        models.DecimalField,
    ),
}


class Many:
    """Rows of one model: COPY on PostgreSQL, one prepared INSERT on SQLite.

    The values are what the model's `save()` would write; what it computes (a hash, a birthday) the caller computes.
    Columns that are not named get their field's default, which must be the same for every row.

    Args:
        model: whose rows.
        names: the fields that each row gives, in its order; a foreign key's value is the other's primary key.

    Raises:
        TypeError: when a sealed field is left to its default, since each row's seal is its own.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.connection = connection = connections[DEFAULT_DB_ALIAS]  # itself, not the proxy: asked a million times
        meta = model._meta
        given = [_column(model, name) for name in names]
        rest = [
            field
            for field in meta.concrete_fields
            if field not in given and not field.generated and not isinstance(field, models.AutoField)
        ]
        if sealed := [field.name for field in rest if isinstance(field, SealedTextField)]:
            raise TypeError(f"{meta.label}: {', '.join(sealed)} must be given, since each row's seal is its own.")
        self.table = meta.db_table
        self.statement = self._statement(model, [*given, *rest])
        self.columns = [str(field.column) for field in (*given, *rest)]
        self.defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
        self.adapters: list[tuple[int, Callable[[Any], Any]]] = [
            (place, partial(field.get_db_prep_save, connection=connection))
            for place, field in enumerate(given)
            if isinstance(getattr(field, "target_field", field), ADAPTED[connection.vendor])
        ]

    def write(self, rows: Iterable[Row]) -> None:
        """Write rows in the order of the names; drawing one may write others, so all are drawn first."""
        prepared = list(self._prepared(rows))
        if self.connection.vendor == "postgresql":
            self._copy(prepared)
        else:
            self._insert(prepared)

    def _prepared(self, rows: Iterable[Row]) -> Iterable[Row]:
        adapters, defaults = self.adapters, self.defaults
        for row in rows:
            values = [*row, *defaults]
            for place, adapted in adapters:
                values[place] = adapted(values[place])
            yield values

    def _copy(self, rows: list[Row]) -> None:
        from psycopg import sql

        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self.table), columns)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def _insert(self, rows: list[Row]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(self.statement, rows)

    def _statement(self, model: type[models.Model], fields: list[models.Field[Any, Any]]) -> str:
        """Return the INSERT of one row as Django writes it."""
        nothing, query = model(), InsertQuery(model)
        for field in fields:
            nothing.__dict__[field.attname] = None
        query.insert_values(fields, [nothing], raw=True)
        ((statement, _values),) = query.get_compiler(connection=self.connection).as_sql()
        return str(statement)


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.name == name)


def sealed(model: type[models.Model], name: str, pk: Any, text: str = "") -> Sealed:
    """Return a sealed field's value for the row with this primary key."""
    field = _column(model, name)
    return Sealed(sealing.seal(text.encode(), place=f"{model._meta.db_table}.{field.column}.{pk}"))


def next_id(model: type[models.Model]) -> int:
    """Return the first primary key after those that stand, for rows that bring their own."""
    newest: int | None = model._default_manager.aggregate(newest=Max("pk"))["newest"]
    return (newest or 0) + 1


def settle_ids(*changed: type[models.Model]) -> None:
    """Let the database count on after rows that brought their own primary keys."""
    from django.core.management.color import no_style

    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(changed)):
            cursor.execute(statement)


def settle_keys() -> None:
    """Check foreign keys now, so that what PostgreSQL remembers to check at the end does not grow."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        connection.check_constraints()

"""Writes many rows of one model at once, past the model's own instances: a million people in minutes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.functions import Cast
from django.db.models.sql import InsertQuery

from vault import sealing
from vault.fields import Sealed, SealedTextField

type Row = Sequence[Any]
type Adapted = Callable[[Any], Any]


class _OnSqlite:
    """How values become what SQLite takes."""

    KINDS: tuple[type[models.Field[Any, Any]], ...] = (
        *(models.JSONField, SealedTextField, models.UUIDField, models.DateTimeField, models.DateField),
        models.DecimalField,
    )

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def of(self, field: models.Field[Any, Any]) -> Adapted | None:
        """Return what adapts a field's values; None where they stay as they are."""
        if isinstance(getattr(field, "target_field", field), self.KINDS):
            return partial(field.get_db_prep_save, connection=self.connection)
        return None

    def plain(self, value: Any) -> Any:
        """Return a value that is the same in every row as the server takes it."""
        return value


class _OnPostgres(_OnSqlite):
    """How values become what COPY takes: most go as they are, psycopg's C knows them."""

    KINDS = (SealedTextField,)

    def of(self, field: models.Field[Any, Any]) -> Adapted | None:
        if isinstance(field, models.JSONField):
            return partial(json.dumps, cls=field.encoder) if field.encoder else JSON.encode
        return super().of(field)

    def plain(self, value: Any) -> Any:
        """Say it in words once, not once a row."""
        from psycopg.adapt import PyFormat, Transformer

        dumped = Transformer(self.connection.connection).get_dumper(value, PyFormat.TEXT).dump(value)
        return None if dumped is None else bytes(dumped).decode()


JSON = json.JSONEncoder()


def _adapters(connection: Any) -> _OnSqlite:
    connection.ensure_connection()
    return _OnPostgres(connection) if connection.vendor == "postgresql" else _OnSqlite(connection)


class Many:
    """Rows of one model: COPY on PostgreSQL, one prepared INSERT on SQLite.

    The values are what the model's `save()` would write; what it computes (a hash, a birthday) the caller computes.
    Columns that are not named get their field's default, which must be the same for every row.

    Args:
        model: whose rows.
        names: the fields that each row gives, in its order; a foreign key's value is the other's primary key.
        fixed: what is the same in every row.

    Raises:
        TypeError: when a sealed field is left to its default, since each row's seal is its own.
    """

    def __init__(self, model: type[models.Model], *names: str, **fixed: Any) -> None:
        self.connection = connection = connections[DEFAULT_DB_ALIAS]  # itself, not the proxy: asked a million times
        meta = model._meta
        given = [_column(model, name) for name in names]
        common = {_column(model, name): value for name, value in fixed.items()}
        for field in meta.concrete_fields:
            if field not in given and not field.generated and not isinstance(field, models.AutoField):
                common.setdefault(field, field.get_default())
        common = {field: value for field, value in common.items() if value is not None}
        if sealed := [field.name for field in common if isinstance(field, SealedTextField)]:
            raise TypeError(f"{meta.label}: {', '.join(sealed)} must be given, since each row's seal is its own.")
        self.table = meta.db_table
        self.statement = self._statement(model, [*given, *common])
        self.columns = [str(field.column) for field in (*given, *common)]
        adapters = _adapters(connection)
        self.common = tuple(
            adapters.plain(field.get_db_prep_save(value, connection)) for field, value in common.items()
        )
        self.adapters = [
            (place, adapted) for place, field in enumerate(given) if (adapted := adapters.of(field)) is not None
        ]

    def write(self, rows: Iterable[Row]) -> None:
        """Write rows in the order of the names; drawing one may write others, so all are drawn first."""
        if drawn := list(rows):
            self.pour(drawn)

    def pour(self, rows: Iterable[Row]) -> None:
        """Write rows that are drawn while the server already writes the first; drawing them asks no database."""
        prepared = self._prepared(rows)
        if self.connection.vendor == "postgresql":
            self._copy(prepared)
        else:
            self._insert(prepared)

    def _prepared(self, rows: Iterable[Row]) -> Iterable[Row]:
        adapters, common = self.adapters, self.common
        for row in rows:
            values = [*row, *common]
            for place, adapted in adapters:
                values[place] = adapted(values[place])
            yield values

    def _copy(self, rows: Iterable[Row]) -> None:
        from psycopg import sql

        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self.table), columns)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def _insert(self, rows: Iterable[Row]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(self.statement, list(rows))

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


def sealer(model: type[models.Model], name: str) -> Callable[..., Sealed]:
    """Return what seals one field of many rows, as (primary key, text); no text is the empty one."""
    sealed, place = sealing.sealer(), f"{model._meta.db_table}.{_column(model, name).column}."
    return lambda pk, text="": Sealed(sealed(text.encode(), f"{place}{pk}"))


class _Told(models.Func):
    """What one JSON object holds for a row's key, as text; nothing where it holds null."""

    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        told, key = self.get_source_expressions()
        found: tuple[str, Any] = compiler.compile(
            models.Func(
                Cast(told, models.JSONField()),
                Cast(key, models.TextField()),
                template="(%(expressions)s)",
                arg_joiner=" ->> ",
            )
        )
        return found

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        told, key = self.get_source_expressions()
        place = models.Func(models.Value('$."'), key, models.Value('"'), template="%(expressions)s", arg_joiner=" || ")
        found: tuple[str, Any] = compiler.compile(models.Func(told, place, function="JSON_EXTRACT"))
        return found


def rewrite(model: type[models.Model], names: Sequence[str], values: Mapping[Any, Row]) -> int:
    """Write a few columns of many rows anew, in one statement; to say it takes next to nothing, unlike `bulk_update`.

    Args:
        model: whose rows.
        names: fields of days, numbers or plain text.
        values: primary key → their values, in the order of the names.

    Returns:
        How many rows were written.
    """
    if not values:
        return 0
    connection = connections[DEFAULT_DB_ALIAS]
    said = {model._meta.pk.get_db_prep_value(key, connection): key for key in values}
    told: dict[str, Any] = {}
    for place, name in enumerate(names):
        one = {str(text): values[key][place] for text, key in said.items()}
        spoken = models.Value(json.dumps(one, default=str), models.TextField())
        told[name] = Cast(_Told(spoken, models.F("pk")), _column(model, name).__class__())
    return model._base_manager.filter(pk__in=list(values)).update(**told)


def fresh_ids(model: type[models.Model], count: int) -> list[int]:
    """Return primary keys for rows that bring their own, since what others write needs them; they rise.

    PostgreSQL counts them as given, whatever becomes of them. SQLite has one writer: the rows are to be written in the
    same transaction, before others are asked for.

    Args:
        model: whose key the database counts.
        count: how many are needed.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    key = model._meta.pk
    if key is None or not isinstance(key, models.AutoField):
        raise TypeError(f"{model._meta.label} has no key that the database counts.")
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, key.column, count],
            )
            return sorted(number for (number,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        (newest,) = cursor.fetchone() or (0,)
        return list(range(newest + 1, newest + 1 + count))


def settle_keys() -> None:
    """Check foreign keys now, so that what PostgreSQL remembers to check at the end does not grow."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        connection.check_constraints()

"""Writes what a question finds as rows of a model, inside the database: INSERT … SELECT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import CharField, Func, UUIDField, Value, Window
from django.db.models.constants import OnConflict
from django.db.models.expressions import BaseExpression
from django.db.models.functions import SHA256, Cast, Concat, LPad, RowNumber

from vault import ids

COUNTED = 8
SORTED_IN = "64MB"  # for each step that sorts or hashes; PostgreSQL begins with 4, and then writes a million to disk
ROOM_TO_SORT = """
    SELECT set_config('work_mem', %s, true)
    WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(%s)
"""


class Digest(SHA256):
    """SHA-256 in 64 hex digits; PostgreSQL has it built in, and needs no extension for it."""

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        template = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
        return Func.as_sql(self, compiler, connection, template=template, **extra)


class RisingIds:
    """Version 7 UUIDs for the rows of a statement, a hundred million at most, in the order of the rows.

    They begin as one that was made here, and end with the number of the row: servers before PostgreSQL 18 and SQLite
    make no such ids themselves, and what rises is filed away faster than what does not.
    """

    def __init__(self) -> None:
        self.stem = ids.uuid7().hex[:-COUNTED]

    def each(self) -> Cast:
        """Return the ids of one statement's rows, as the database makes them."""
        place = LPad(Cast(Window(RowNumber()), CharField()), COUNTED, Value("0"))
        return Cast(Concat(Value(self.stem), place, output_field=CharField()), UUIDField())

    @property
    def ends(self) -> tuple[UUID, UUID]:
        """Return the two ids between which all of them lie."""
        return UUID(self.stem + "0" * COUNTED), UUID(self.stem + "9" * COUNTED)


def insert_found(
    model: type[models.Model], found: models.QuerySet[Any], *, is_doubtful: bool = False, **values: Any
) -> int:
    """Write one row of `model` for each row that `found` finds.

    Fields that are not named get their default, which is then the same in every row.

    Args:
        model: whose rows.
        found: the question.
        is_doubtful: whether some of the rows may stand there already: these are passed over. It costs a third more.
        values: by the names of the fields; expressions over `found`, or what is the same in every row.

    Returns:
        How many rows were written.
    """
    connection = connections[found.db]
    given: dict[str, BaseExpression] = {}
    for field in model._meta.concrete_fields:
        value = values.pop(field.name) if field.name in values else field.get_default()
        if value is not None:
            is_said = hasattr(value, "resolve_expression")
            given[str(field.column)] = value if is_said else Value(value, output_field=field)
    if values:
        raise TypeError(f"{model._meta.label} has no fields {', '.join(values)}.")
    named = {f"into_{column}": value for column, value in given.items()}
    try:
        select, params = found.order_by().annotate(**named).values_list(*named).query.get_compiler(found.db).as_sql()
    except EmptyResultSet:
        return 0
    quoted = connection.ops.quote_name
    if_there = OnConflict.IGNORE if is_doubtful else None
    insert = connection.ops.insert_statement(on_conflict=if_there)
    suffix = connection.ops.on_conflict_suffix_sql([], if_there, [], [])
    table = quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} {table} ({', '.join(map(quoted, given))}) {select} {suffix}", params)
        return int(cursor.rowcount)


@contextmanager
def staged(model: type[models.Model], found: models.QuerySet[Any, Any]) -> Iterator[None]:
    """Set down what a question finds as the rows of a table that only this transaction sees, and only here.

    What is asked of a million people is then asked once. Several workers of PostgreSQL may answer it, as they may not
    answer an INSERT.

    Args:
        model: of that table; no migration makes it.
        found: the question, whose values are the model's columns in their order.
    """
    connection = connections[found.db]
    try:
        select, params = found.query.get_compiler(found.db).as_sql()
    except EmptyResultSet:
        select, params = _nothing(model, connection)
    with connection.cursor() as cursor:
        _make_room(cursor)
    _make(model, connection, "TEMPORARY", select, params)
    settle(model, using=found.db)
    yield
    take_away(model, using=found.db)


def stand_up(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make an empty table that stands until `take_away`: to be filled by `fill`, then read after `settle`.

    PostgreSQL writes no log of it: after its crash the table stands there empty.

    Args:
        model: of that table; no migration makes it.
        using: the name of the database.
    """
    connection = connections[using]
    kind = "UNLOGGED" if connection.vendor == "postgresql" else ""
    _make(model, connection, kind, *_nothing(model, connection))


def fill(model: type[models.Model], found: models.QuerySet[Any, Any]) -> int:
    """Write what a question finds into a table that stands; return how many rows; several may fill it at once.

    Args:
        model: of that table.
        found: the question, whose values are the model's columns in their order.
    """
    connection = connections[found.db]
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    columns = [quoted(str(field.column)) for field in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        _make_room(cursor)
        try:
            select, params = found.query.get_compiler(found.db).as_sql()
        except EmptyResultSet:
            return 0
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {select}", params)
        return int(cursor.rowcount)


def settle(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give a table that was filled the model's indexes, and let the planner know it."""
    connection = connections[using]
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        for index in model._meta.indexes:
            columns = ", ".join(quoted(str(name)) for name in index.fields)
            cursor.execute(f"CREATE INDEX {quoted(index.name)} ON {table} ({columns})")
        cursor.execute(f"ANALYZE {table}")


def take_away(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take away a table that was set down, where it stands."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {connections[using].ops.quote_name(model._meta.db_table)}")


def _nothing(model: type[models.Model], connection: BaseDatabaseWrapper) -> tuple[str, tuple[()]]:
    nothing = ", ".join(f"CAST(NULL AS {field.cast_db_type(connection)})" for field in model._meta.concrete_fields)
    return f"SELECT {nothing} WHERE 1 = 0", ()


def _make_room(cursor: CursorWrapper) -> None:
    if cursor.db.vendor == "postgresql":
        cursor.execute(ROOM_TO_SORT, [SORTED_IN, SORTED_IN])


def _make(
    model: type[models.Model], connection: BaseDatabaseWrapper, kind: str, select: str, params: Sequence[Any]
) -> None:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in model._meta.concrete_fields)
    asked = f"WITH found ({columns}) AS ({select}) SELECT * FROM found"  # noqa: S608  names come from the model
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE {kind} TABLE {quoted(model._meta.db_table)} AS {asked}", params)

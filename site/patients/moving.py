"""Moves of rows from one record to another, each kept as it was, so that a merge is taken back row by row."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from vault.fields import Sealed, SealedTextField

SEALED = "sealed:"


class Moves:
    """What a merge did, step by step; `taken_back` undoes the steps from the last to the first."""

    def __init__(self, steps: list[dict[str, Any]] | None = None) -> None:
        self.steps: list[dict[str, Any]] = steps or []

    def move(self, rows: models.QuerySet[Any], column: str, to: Any) -> None:
        """Let rows point to another: `column` is a foreign key, or a plain column of names."""
        pks = list(rows.order_by("pk").values_list("pk", column))
        name = rows.model._meta.get_field(column).attname
        olds = dict.fromkeys(old for _pk, old in pks)
        for old in olds:
            ours = [pk for pk, value in pks if value == old]
            rows.model._base_manager.filter(pk__in=ours).update(**{name: to})
            self._keep(
                "moved", rows.model, column=name, old=_plain(old), new=_plain(to), pks=[_plain(pk) for pk in ours]
            )

    def change(self, row: models.Model, **values: Any) -> None:
        """Write some columns of one row anew; what has the value already is left alone."""
        new = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not new:
            return
        before = {name: getattr(row, name) for name in new}
        for name, value in new.items():
            setattr(row, name, value)
        row.save(update_fields=list(new))
        self.changed(row, before)

    def drop(self, row: models.Model) -> None:
        """Delete one row to which nothing points any more.

        Raises:
            Held: when something still points to it; it would go silently, or stand in the way.
        """
        for relation in row._meta.related_objects:
            others = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
            if others.exists():
                raise Held(f"{relation.related_model._meta.label} still points to a {type(row).__name__}.")
        self._keep("dropped", type(row), row=_whole(row))
        type(row)._base_manager.filter(pk=row.pk).delete()

    def made(self, row: models.Model) -> None:
        """Keep that a row was made, so that it goes again."""
        self._keep("made", type(row), pk=_plain(row.pk))

    def changed(self, row: models.Model, before: dict[str, Any]) -> None:
        """Keep what some columns were that somebody else has written anew."""
        new = {name: getattr(row, name) for name, old in before.items() if getattr(row, name) != old}
        if new:
            old = {name: _plain(before[name]) for name in new}
            written = {name: _plain(value) for name, value in new.items()}
            self._keep("changed", type(row), pk=_plain(row.pk), old=old, new=written)

    def taken_back(self) -> None:
        """Undo every step; a column that was written anew since the merge keeps what it says now."""
        for step in reversed(self.steps):
            model = apps.get_model(step["model"])
            getattr(self, f"_un{step['act']}")(model, step)

    def dumped(self) -> str:
        """Return the steps as text, to be sealed."""
        return json.dumps(self.steps)

    @classmethod
    def loaded(cls, text: str) -> Moves:
        """Return the steps that `dumped` wrote."""
        return cls(json.loads(text))

    def _keep(self, act: str, model: type[models.Model], **facts: Any) -> None:
        self.steps.append({"act": act, "model": model._meta.label, **facts})

    def _unmoved(self, model: type[models.Model], step: dict[str, Any]) -> None:
        column = step["column"]
        still = model._base_manager.filter(pk__in=step["pks"], **{column: step["new"]})
        still.update(**{column: step["old"]})

    def _unchanged(self, model: type[models.Model], step: dict[str, Any]) -> None:
        row = model._base_manager.filter(pk=step["pk"]).first()
        if row is None:
            return
        values = {
            name: _typed(model, name, old)
            for name, old in step["old"].items()
            if _plain(getattr(row, name)) == step["new"][name]
        }
        for name, value in values.items():
            setattr(row, name, value)
        if values:
            row.save(update_fields=list(values))

    def _unmade(self, model: type[models.Model], step: dict[str, Any]) -> None:
        model._base_manager.filter(pk=step["pk"]).delete()

    def _undropped(self, model: type[models.Model], step: dict[str, Any]) -> None:
        if model._base_manager.filter(pk=step["row"][model._meta.pk.attname]).exists():
            return
        row = model(**{name: _typed(model, name, value) for name, value in step["row"].items()})
        model._base_manager.bulk_create([row])


class Held(RuntimeError):
    """A row cannot go while something points to it: some room keeps no rows of the other person."""


def _columns(model: type[models.Model]) -> Iterable[models.Field[Any, Any]]:
    return [column for column in model._meta.concrete_fields if not column.generated]


def _whole(row: models.Model) -> dict[str, Any]:
    """Return every column of a row as it stands in the database; sealed ones as sealed."""
    fresh = type(row)._base_manager.get(pk=row.pk)
    return {column.attname: _plain(fresh.__dict__[column.attname]) for column in _columns(type(row))}


def _plain(value: Any) -> Any:
    if isinstance(value, Sealed):
        return SEALED + base64.b64encode(value).decode()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return value


def _typed(model: type[models.Model], name: str, value: Any) -> Any:
    column: Any = next(one for one in model._meta.concrete_fields if name in {one.attname, one.name})
    if isinstance(column, SealedTextField):
        return Sealed(base64.b64decode(str(value).removeprefix(SEALED)))
    return value if value is None else column.to_python(value)

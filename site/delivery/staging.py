"""Asks an audience once: who is meant at which address, in a table that lasts as long as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import connection, models
from django.db.models import F, QuerySet
from django.db.models.functions import Left

from delivery.ledger import CHILD
from delivery.ways import Ways
from patients.models import ContactPoint
from vault.inserting import staged, take_away

type Points = QuerySet[ContactPoint]
PART = 3  # hex digits of an address's hash, by which a million people are told apart in slices
STANDING = "delivery_meant_"


class Person(models.Model):
    """Somebody who is meant, and the address at which they are written to; a child's is that of an adult."""

    reader = models.BigIntegerField(primary_key=True)
    address_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    marks = models.CharField(max_length=16)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        apps = Apps()
        app_label = "delivery"

    def __str__(self) -> str:
        return str(self.reader)


class Meant(Person):
    """Who is meant, in a table of a single transaction: no migration, no other model and no backup knows it."""

    class Meta(Person.Meta):
        managed = False
        db_table = "delivery_meant"


@lru_cache(maxsize=8)
def standing(dispatch: int) -> type[Person]:
    """Return who is meant by one dispatch and not frozen yet, in a table that stands until they are.

    Args:
        dispatch: its primary key.
    """

    class Waiting(Person):
        part = models.CharField(max_length=PART)

        class Meta(Person.Meta):
            apps = Apps()
            managed = False
            db_table = f"{STANDING}{dispatch}"
            indexes: ClassVar[list[models.Index]] = [models.Index(fields=["part"], name=f"{STANDING}{dispatch}_part")]

    return Waiting


def stands(dispatch: int) -> bool:
    """Return whether the table of a dispatch is there."""
    return dispatch in _standing()


def take_away_all_but(dispatches: set[int]) -> None:
    """Take away the tables of other dispatches: they were canceled while they were collected."""
    for dispatch in _standing() - dispatches:
        take_away(standing(dispatch))


def _standing() -> set[int]:
    names = connection.introspection.table_names()
    return {int(name.removeprefix(STANDING)) for name in names if name.startswith(STANDING)}


@contextmanager
def asked(found: tuple[Points, Points], ways: Ways) -> Iterator[None]:
    """Ask who is meant at these addresses, their own and those of adults who answer for children: `Meant` answers."""
    with staged(Meant, question(found, ways)):
        yield


def question(found: tuple[Points, Points], ways: Ways) -> QuerySet[Any, Any]:
    """Return who is meant at these addresses, as the columns of `Meant`."""
    own, theirs = found
    return _columns(own, "reader_id", ways).union(_columns(theirs, CHILD, ways), all=True)


def half(points: Points, ways: Ways, *, is_own: bool) -> QuerySet[Any, Any]:
    """Return who is meant at these addresses, themselves or through an adult, as the columns of a table that stands."""
    return _columns(points, "reader_id" if is_own else CHILD, ways, has_parts=True)


def _columns(points: Points, reader: str, ways: Ways, *, has_parts: bool = False) -> QuerySet[Any, Any]:
    told = points.order_by().annotate(meant=F(reader), tongue=F("reader__language"), marks=ways.marks(reader))
    columns = ["meant", "address_hash", "address", "tongue", "marks"]
    if has_parts:
        told, columns = told.annotate(part=Left("address_hash", PART)), [*columns, "part"]
    return told.values_list(*columns)

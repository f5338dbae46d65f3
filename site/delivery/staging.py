"""Asks an audience once: who is meant at which address, in a table that lasts as long as the asking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from delivery.ledger import CHILD, own_and_theirs
from delivery.ways import Ways
from patients.models import ContactPoint, ReaderQuerySet
from patients.policy import Contactable
from vault.inserting import staged

type Points = QuerySet[ContactPoint]


class Meant(models.Model):
    """Somebody who is meant, and the address at which they are written to; a child's is that of an adult.

    It is no table of ours but one of a single transaction: no migration, no other model and no backup knows it.
    """

    reader = models.BigIntegerField(primary_key=True)
    address_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    marks = models.CharField(max_length=16)

    objects: ClassVar[models.Manager[Meant]] = models.Manager()

    class Meta:
        apps = Apps()
        app_label = "delivery"
        managed = False
        db_table = "delivery_meant"

    def __str__(self) -> str:
        return str(self.reader)


class Shared(models.Model):
    """An address at which several are meant; of a single transaction as well."""

    address_hash = models.CharField(max_length=64, primary_key=True)

    objects: ClassVar[models.Manager[Shared]] = models.Manager()

    class Meta:
        apps = Apps()
        app_label = "delivery"
        managed = False
        db_table = "delivery_shared"

    def __str__(self) -> str:
        return self.address_hash


@contextmanager
def audience(channel: str, readers: ReaderQuerySet | Contactable, ways: Ways) -> Iterator[None]:
    """Ask who is meant: `Meant` and `Shared` answer inside."""
    again = Meant.objects.values("address_hash").annotate(people=Count("*")).filter(people__gt=1)
    with ExitStack() as tables:
        tables.enter_context(asked(own_and_theirs(channel, readers), ways))
        tables.enter_context(staged(Shared, again.values("address_hash")))
        yield


@contextmanager
def asked(found: tuple[Points, Points], ways: Ways) -> Iterator[None]:
    """Ask who is meant at these addresses, their own and those of adults who answer for children: `Meant` alone."""
    own, theirs = found
    with staged(Meant, _columns(own, "reader_id", ways).union(_columns(theirs, CHILD, ways), all=True)):
        yield


def is_shared() -> Exists:
    """Return whether several are meant at an outer row's address."""
    return Exists(Shared.objects.filter(address_hash=OuterRef("address_hash")))


def _columns(points: Points, reader: str, ways: Ways) -> QuerySet[Any, Any]:
    told = points.order_by().annotate(meant=F(reader), tongue=F("reader__language"), marks=ways.marks(reader))
    return told.values_list("meant", "address_hash", "address", "tongue", "marks")

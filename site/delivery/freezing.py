"""Freezes an audience into the ledger: inside the database, but for the mailboxes that several share."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from heapq import merge
from itertools import batched, groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, Left, Upper
from django.utils import timezone

from delivery.ledger import CHILD, ID_DIGITS, message_id, own_and_theirs
from delivery.models import REF_DIGITS, Dispatch, Message, message_ref
from delivery.ways import Ways
from patients.models import ContactPoint, ReaderQuerySet
from patients.policy import Contactable, comes_of_age
from practice import clocks
from vault.ids import uuid7
from vault.inserting import Digest, insert_found, rising_ids
from vault.writing import Many

SLICE = 5_000
TRIES = 3

type Points = QuerySet[ContactPoint]
type Point = tuple[str, int, str, str, str]


def freeze(dispatch: Dispatch, readers: ReaderQuerySet | Contactable, *, domain: str, ways: Ways | None = None) -> int:
    """Write one row per address of `readers`; a mailbox that several share is one row that names them all.

    Shared mailboxes come first, a slice at a time; then one INSERT … SELECT writes everybody else. An address that
    began to be shared between the two would have two rows, which the ledger refuses: then it is all asked again.

    Args:
        dispatch: it is being opened: no row of its stands yet.
        readers: the audience as a question.
        domain: of the Message-IDs.
        ways: in what ways the letter is written; a shared mailbox gets what any of its people meets.

    Returns:
        How many rows there are.
    """
    ways = ways or Ways()
    for _ in range(TRIES - 1):
        with suppress(IntegrityError), transaction.atomic():
            return _Freezing(dispatch, readers, domain, ways).write()
    with transaction.atomic():
        return _Freezing(dispatch, readers, domain, ways).write()


class _Freezing:
    """One freezing of one audience."""

    def __init__(self, dispatch: Dispatch, readers: ReaderQuerySet | Contactable, domain: str, ways: Ways) -> None:
        self.dispatch, self.domain, self.ways = dispatch, domain, ways
        self.own, self.theirs = own_and_theirs(dispatch.channel, readers)
        now = timezone.now()
        self.fixed = {
            "dispatch": dispatch.pk,
            "channel": dispatch.channel,
            "purpose": dispatch.purpose,
            "topic": dispatch.topic,
            "next_try_at": now,
            "queued_at": now,
            "content": None,
        }

    def write(self) -> int:
        shared = self.write_shared()
        return shared + self.write_rest(shared)

    def write_shared(self) -> int:
        """Write the mailboxes of which more than one may be meant, those of adults who answer for children as well."""
        columns = ("id", "ref", "reader", "also", "language", "variant", "address", "address_hash", "message_id")
        many, written = Many(Message, *columns, **self.fixed), 0
        for rows in batched(self._groups(), SLICE):
            many.write(rows)
            written += len(rows)
        return written

    def _groups(self) -> Iterator[tuple[Any, ...]]:
        streams = [
            _in_order(self.own.filter(address_hash__in=self._perhaps_shared()), "reader_id", self.ways),
            _in_order(self.theirs, CHILD, self.ways),
        ]
        for digest, group in groupby(merge(*streams), key=lambda point: point[0]):
            (_digest, reader, address, language, marks), *others = group
            also = [other[1] for other in others]
            variant = self.ways.named("".join([marks, *(other[-1] for other in others)]), language)
            name = message_id(self.dispatch.occasion, digest, self.domain)
            yield uuid7(), message_ref(), reader, also, language, variant, address, digest, name

    def _perhaps_shared(self) -> QuerySet[Any, Any]:
        """Return addresses that stand twice, and those of adults who answer for children: more than really are shared.

        Asked of all addresses, since that is one look at an index; asking it of the audience is asking that twice.
        """
        twice = ContactPoint.objects.values("address_hash").annotate(points=Count("*")).filter(points__gt=1)
        answering = ContactPoint.objects.filter(
            channel=self.dispatch.channel,
            is_primary=True,
            reader__patient__dependents__born_on__gt=comes_of_age(clocks.today()),
        )
        return twice.values("address_hash").union(answering.values("address_hash"))

    def write_rest(self, shared: int) -> int:
        """Write everybody whose mailbox is theirs alone."""
        rest = self.own
        if shared:
            rest = rest.filter(
                ~Exists(Message.objects.filter(dispatch=self.dispatch, address_hash=OuterRef("address_hash")))
            )
        secret = secrets.token_hex(32)
        ref = Upper(Left(Digest(Concat(Value(f"{secret}:"), "address_hash")), REF_DIGITS))
        name = Left(Digest(Concat(Value(f"{self.dispatch.occasion}:"), "address_hash")), ID_DIGITS)
        return insert_found(
            Message,
            rest,
            id=rising_ids(),
            ref=Concat(Value("MS-"), ref, output_field=CharField()),
            message_id=Concat(name, Value(f"@{self.domain}"), output_field=CharField()),
            reader=F("reader_id"),
            language=F("reader__language"),
            variant=self.ways.of("reader_id", "reader__language"),
            address=F("address"),
            address_hash=F("address_hash"),
            **self.fixed,
        )


def _in_order(points: Points, reader: str, ways: Ways) -> Iterator[Point]:
    found = points.annotate(marks=ways.marks(reader)).order_by("address_hash", reader)
    return found.values_list("address_hash", reader, "address", "reader__language", "marks").iterator(chunk_size=SLICE)

"""Freezes an audience into the ledger, inside the database: asked once, written with two statements."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import CharField, F, JSONField, StringAgg, TextField, Value, Window
from django.db.models.expressions import RowRange
from django.db.models.functions import Cast, Concat, Left, RowNumber
from django.utils import timezone

from delivery import staging
from delivery.ledger import ID_DIGITS
from delivery.models import Dispatch, Message
from delivery.staging import Meant, is_shared
from delivery.ways import Ways
from patients.models import ReaderQuerySet
from patients.policy import Contactable
from vault.inserting import Digest, insert_found, rising_ids


@transaction.atomic
def freeze(dispatch: Dispatch, readers: ReaderQuerySet | Contactable, *, domain: str, ways: Ways | None = None) -> int:
    """Write one row per address of `readers`; a mailbox that several share is one row that names them all.

    Args:
        dispatch: it is being opened: no row of its stands yet.
        readers: the audience as a question.
        domain: of the Message-IDs.
        ways: in what ways the letter is written; a shared mailbox gets what any of its people meets.

    Returns:
        How many rows there are.
    """
    return _Freezing(dispatch, readers, domain, ways or Ways()).write()


class _Freezing:
    """One freezing of one audience."""

    def __init__(self, dispatch: Dispatch, readers: ReaderQuerySet | Contactable, domain: str, ways: Ways) -> None:
        self.dispatch, self.readers, self.ways = dispatch, readers, ways
        now = timezone.now()
        name = Left(Digest(Concat(Value(f"{dispatch.occasion}:"), "address_hash")), ID_DIGITS)
        self.always: dict[str, Any] = {
            "dispatch": dispatch.pk,
            "channel": dispatch.channel,
            "purpose": dispatch.purpose,
            "topic": dispatch.topic,
            "next_try_at": now,
            "queued_at": now,
            "content": None,
            "reader": F("reader"),
            "language": F("language"),
            "address": F("address"),
            "address_hash": F("address_hash"),
            "message_id": Concat(name, Value(f"@{domain}"), output_field=CharField()),
        }

    def write(self) -> int:
        """Ask, and write what was found."""
        with staging.audience(self.dispatch.channel, self.readers, self.ways):
            return self._write_shared() + self._write_single()

    def _write_single(self) -> int:
        """Write everybody whose mailbox is theirs alone."""
        single = Meant.objects.filter(~is_shared())
        return insert_found(Message, single, id=rising_ids(), variant=self.ways.named_by("marks"), **self.always)

    def _write_shared(self) -> int:
        """Write the mailboxes at which several are meant: the first of them by key, and the others as a list."""
        whole: dict[str, Any] = {"partition_by": F("address_hash"), "order_by": F("reader")}
        others = StringAgg(Cast("reader", CharField()), Value(", "))
        marks = StringAgg("marks", Value(""))
        first = Meant.objects.filter(is_shared()).annotate(
            place=Window(RowNumber(), **whole),
            others=Window(others, frame=RowRange(start=1), **whole),
            all_marks=Window(marks, frame=RowRange(), **whole),
        )
        return insert_found(
            Message,
            first.filter(place=1),
            id=rising_ids(),
            also=Cast(Concat(Value("["), "others", Value("]"), output_field=TextField()), JSONField()),
            variant=self.ways.named_by("all_marks"),
            **self.always,
        )

"""What a mail server said no to while we spoke to it: told like what comes back later, so that one rule judges both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from delivery import hints
from delivery.webhooks import servers
from delivery.webhooks.models import Report

SOURCE = "mail server"
_ANSWER = re.compile(r"[45]\d\d[ -]|Given up ")


class Refused(NamedTuple):
    """One refusal: of which message, of which dispatch if any, to which address (its hash), in the server's words."""

    message: UUID
    dispatch: int | None
    address_hash: str
    words: str


def note(refused: Iterable[Refused], now: datetime) -> None:
    """Keep refusals in the transaction that settles them as failed.

    Args:
        refused: where the words are our own and not a server's, it says nothing of a mailbox and is passed over.
        now: when.
    """
    told = [
        Report(
            source=SOURCE,
            key=str(one.message),
            kind=servers.kind_of(one.words),
            address_hash=one.address_hash,
            words=one.words[:200],
            at=now,
            message_id=one.message,
            dispatch_id=one.dispatch,
        )
        for one in refused
        if _ANSWER.match(one.words)
    ]
    if told:
        Report.objects.bulk_create(told, ignore_conflicts=True)
        hints.reports_wait()

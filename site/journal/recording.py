"""Writing the journal: `record` for what was done, `viewed` for what was read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from django.db import transaction
from django.utils import timezone

from journal import reacting
from journal.models import Entry

SYSTEM = "system:goodword"


@runtime_checkable
class Named(Protocol):
    """Whatever has a public reference."""

    @property
    def ref(self) -> str:
        """Return the reference."""


def name_of(thing: Named | str | None) -> str:
    """Return `kind:ref` of a model instance (kind = its class's `journal_kind` or lower-case name), or the string."""
    if thing is None:
        return ""
    if isinstance(thing, str):
        return thing
    kind = getattr(thing, "journal_kind", thing.__class__.__name__.lower())  # `type()` would name a lazy request.user
    return f"{kind}:{thing.ref}"


def record(
    verb: str,
    *,
    subject: Named | str,
    by: Named | str | None,
    about: Named | str | None = None,
    at: datetime | None = None,
    **particulars: Any,
) -> Entry:
    """Write what happened, in the transaction of the change itself, and plan its reactions.

    Args:
        verb: `noun.verbed`, as "case.accepted".
        subject: what it happened to, an instance with a `ref` or `kind:ref`.
        by: who did it; None is the system itself.
        about: the patient concerned, where there is one.
        at: when it happened, in UTC; now by default.
        particulars: facts that JSON can hold; references and numbers, never names or health data.

    Returns:
        The entry.

    Raises:
        TransactionManagementError: outside a transaction, since a change and its record stand or fall together.
        TypeError: when a particular is not plain JSON.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("journal.record belongs into the change's own transaction.")
    json.dumps(particulars)
    entry = Entry.objects.create(
        verb=verb,
        subject=name_of(subject),
        about=name_of(about),
        by=name_of(by) or SYSTEM,
        at=at or timezone.now(),
        particulars=particulars,
    )
    reacting.plan(entry)
    return entry


def viewed(subject: Named | str, *, by: Named | str, about: Named | str | None = None, **particulars: Any) -> Entry:
    """Write that somebody read health data (45 CFR 164.312(b): audit controls record reads too).

    Args:
        subject: what was read; its kind gives the verb, as "case.viewed".
        by: who read it.
        about: the patient concerned.
    """
    name = name_of(subject)
    with transaction.atomic():
        return record(f"{name.partition(':')[0]}.viewed", subject=name, by=by, about=about, **particulars)


def viewed_each(subjects: Iterable[tuple[Named | str, Named | str | None]], *, by: Named | str) -> None:
    """Write that somebody read several things at once, as on one screen: an entry each, in one statement.

    Args:
        subjects: what was read, each with the patient concerned.
        by: who read them.
    """
    now, reader = timezone.now(), name_of(by)
    names = [(name_of(subject), name_of(about)) for subject, about in subjects]
    with transaction.atomic():
        entries = [
            Entry(verb=f"{name.partition(':')[0]}.viewed", subject=name, about=about, by=reader, at=now)
            for name, about in names
        ]
        for entry in Entry.objects.bulk_create(entries):
            reacting.plan(entry)

"""The journal sealed in batches, after the fact: no writer waits, and whoever alters a line later is found out.

Each entry gets a mac of its content, each batch one over those of its entries and over the batch before, all under a
key that the database does not hold. An entry is sealed a minute after it was made, so that whatever was being written
then is there; one that comes late goes into a later batch.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from journal.models import Entry, EntryQuerySet, Seal, SealedBatch
from vault import keys

log = structlog.get_logger(__name__)

AT_ONCE = 1_000
FINISHED_AFTER = timedelta(seconds=60)
LATE_AT_MOST = timedelta(days=1)
OVERDUE_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Broken:
    """What is wrong, and where: the batch, and the entry where it is one."""

    batch: int
    what: str
    entry: str = ""

    def __str__(self) -> str:
        return f"batch {self.batch}" + (f", entry {self.entry}" if self.entry else "") + f": {self.what}"


@dataclass(frozen=True)
class Head:
    """The newest batch: whoever keeps it elsewhere notices when the end of the journal is cut off."""

    number: int
    mac: str

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"


def seal(*, everything: bool = False, most: int = 100) -> int:
    """Seal finished entries in order; return how many.

    Args:
        everything: also look for entries that came more than a day late, through the whole journal.
        most: batches at most.
    """
    done = 0
    for _ in range(most):
        try:
            sealed = _seal_one(everything=everything)
        except IntegrityError:  # another worker sealed meanwhile: what is left waits for the next run
            break
        done += sealed
        if sealed < AT_ONCE:
            break
    return done


@transaction.atomic
def _seal_one(*, everything: bool) -> int:
    last = SealedBatch.objects.select_for_update().order_by("-number").first()
    since = None if everything or last is None else last.sealed_at - LATE_AT_MOST
    entries = list(unsealed(since=since)[:AT_ONCE])
    if not entries:
        return 0
    number, previous = (last.number + 1, last.mac) if last else (1, "")
    key_id = keys.lasting_id()
    macs = [_entry_mac(entry, key_id) for entry in entries]
    batch = SealedBatch(
        number=number,
        count=len(entries),
        previous=previous,
        mac=_batch_mac(number, previous, macs, key_id),
        key_id=key_id,
        sealed_at=timezone.now(),
    )
    batch.save(force_insert=True)
    Seal.objects.bulk_create(
        [
            Seal(entry_id=entry.pk, batch=batch, place=place, mac=mac)
            for place, (entry, mac) in enumerate(zip(entries, macs, strict=True))
        ],
        batch_size=500,
    )
    log.info("journal.sealed", batch=number, mac=batch.mac)
    return len(entries)


def unsealed(*, since: datetime | None = None, until: datetime | None = None) -> EntryQuerySet:
    """Return finished entries that no batch holds, in the order of their making.

    Args:
        since: only those made after this moment; None means ever.
        until: only those made before it; a minute ago by default.
    """
    until = until or timezone.now() - FINISHED_AFTER
    rows = Entry.objects.filter(pk__lt=_first_id(until))
    if since is not None:
        rows = rows.filter(pk__gte=_first_id(since))
    return rows.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk")))).order_by("pk")


def head() -> Head | None:
    """Return the newest batch; None before the first."""
    last = SealedBatch.objects.order_by("-number").first()
    return Head(last.number, last.mac) if last else None


def broken(*, expected: Head | None = None) -> Iterator[Broken]:
    """Yield whatever does not hold, in the order of the batches; memory is flat.

    Args:
        expected: a newest batch that was noted elsewhere before; it must stand in the journal as it was.

    Raises:
        KeyMissing: when a batch was sealed under a key that is no longer in FIELD_KEYS.
    """
    number, previous = 0, ""
    for batch in SealedBatch.objects.order_by("number").iterator(chunk_size=500):
        for missing in range(number + 1, batch.number):
            yield Broken(missing, "the batch is gone")
        yield from _broken_in(batch, previous if batch.number == number + 1 else batch.previous)
        number, previous = batch.number, batch.mac
    if expected is not None:
        found = SealedBatch.objects.filter(number=expected.number).first()
        if found is None:
            yield Broken(expected.number, "the end of the journal was cut off: this batch stood here once")
        elif not hmac.compare_digest(found.mac, expected.mac):
            yield Broken(expected.number, "this is not the batch that stood here once")
    newest = SealedBatch.objects.order_by("-number").first()
    if newest is not None:
        late = unsealed(until=newest.sealed_at - OVERDUE_AFTER).first()
        if late is not None:
            yield Broken(
                newest.number, "older than this batch, and in none: put in later, or its batch was taken", str(late.pk)
            )


def _broken_in(batch: SealedBatch, previous: str) -> Iterator[Broken]:
    seals = list(batch.seals.order_by("place"))
    entries = Entry.objects.in_bulk([seal.entry_id for seal in seals])
    for seal in seals:
        entry = entries.get(seal.entry_id)
        if entry is None:
            yield Broken(batch.number, "the entry is gone", str(seal.entry_id))
        elif not hmac.compare_digest(bytes(seal.mac), _entry_mac(entry, batch.key_id)):
            yield Broken(batch.number, "the entry was altered", str(seal.entry_id))
    if batch.previous != previous:
        yield Broken(batch.number, "it does not follow the batch before")
    places = [seal.place for seal in seals]
    if len(seals) != batch.count or any(later != earlier + 1 for earlier, later in pairwise([-1, *places])):
        yield Broken(batch.number, f"{batch.count} entries were sealed, {len(seals)} are there")
    macs = [bytes(seal.mac) for seal in seals]
    if not hmac.compare_digest(batch.mac, _batch_mac(batch.number, batch.previous, macs, batch.key_id)):
        yield Broken(batch.number, "its seal does not hold")


def _entry_mac(entry: Entry, key_id: str) -> bytes:
    content = [
        *(str(entry.pk), entry.verb, entry.subject, entry.about, entry.by),
        *(entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.particulars),
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(keys.derived("journal.entry", key_id), text.encode(), sha256).digest()


def _batch_mac(number: int, previous: str, macs: list[bytes], key_id: str) -> str:
    head = f"{number}\n{previous}\n{len(macs)}\n".encode()
    return hmac.new(keys.derived("journal.batch", key_id), head + b"".join(macs), sha256).hexdigest()


def _first_id(moment: datetime) -> UUID:
    """Return the smallest id of an entry made at a moment: ids begin with their milliseconds."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)

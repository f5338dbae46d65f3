"""After a crash: what a dead worker held is settled, or waits again, or is honestly unknown."""

from __future__ import annotations

from contextlib import closing

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from delivery import ledger, spool
from delivery.ledger import Settlement
from delivery.models import Lease, Message
from delivery.points import Point, reached
from delivery.states import OPEN, MessageState

log = structlog.get_logger(__name__)
NOBODY_KNOWS = "The worker stopped while this message was leaving."


def recover() -> int:
    """Take back what dead workers held, here by their files, elsewhere after lease and grace; return how many rows.

    What waits again in a dispatch that ended meanwhile follows it: left out of a canceled one, sent by a finished one.
    """
    with closing(spool.left_behind()) as files:  # an error keeps its frames: without this, a file locked for long
        rows = sum(_replay(found) for found in files)
    rows += sum(_take_over(lease) for lease in _expired())
    ledger.leave_out_cancelled()
    ledger.reopen_finished()
    return rows


def _replay(found: spool.Found) -> int:
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(pk=found.lease_id).first()
        written = 0
        if lease is not None:
            unknown = Message.objects.filter(lease=lease, state=MessageState.UNKNOWN)
            settlements = [
                *(line for row in unknown if (line := _told(found, row))),
                *(
                    _told(found, row) or _without_a_file(row, at)
                    for at, row in enumerate(Message.objects.unsettled_of(lease))
                ),
            ]
            states: list[str] = [MessageState.CLAIMED, MessageState.UNKNOWN]
            written = ledger.write(settlements, timezone.now(), lease=lease, states=states)
            reached(Point.RECOVERING)
            lease.delete()
    reached(Point.RECOVERED)
    found.path.unlink(missing_ok=True)
    if written:
        log.warning("delivery.recovered", rows=written, lease=str(found.lease_id))
    return written


def _told(found: spool.Found, row: Message) -> Settlement | None:
    """Return what the file says of one row that was not settled; None where it says nothing.

    After a loss of power its end may be lost: then it is silent of what it does not name, and of what was to be tried
    again, since that may have happened.
    """
    answer = found.answers.get(row.pk)
    if answer is not None and (found.is_same_boot or answer.state not in OPEN):
        return Settlement(row, answer.state, answer.reason)
    if found.is_repeatable:
        return Settlement(row, MessageState.QUEUED, counts=False)
    if row.pk in found.intents:
        return Settlement(row, MessageState.UNKNOWN, NOBODY_KNOWS)
    if found.is_same_boot:
        return Settlement(row, MessageState.QUEUED, counts=False)
    return None


def _without_a_file(row: Message, at: int) -> Settlement:
    """Return the rule without a file: the next checkpoint's rows are unknown, the rest was never begun."""
    if at < ledger.CHECKPOINT:
        return Settlement(row, MessageState.UNKNOWN, NOBODY_KNOWS)
    return Settlement(row, MessageState.QUEUED, counts=False)


def _expired() -> list[Lease]:
    late = Lease.objects.filter(expires_at__lt=timezone.now() - ledger.GRACE)
    return [lease for lease in late if not spool.is_held_here(lease.pk)]


def _take_over(lease: Lease) -> int:
    """Raise the fence of another machine's lease; its unknown rows keep it, for the day when that machine is back."""
    with transaction.atomic():
        taken = Lease.objects.filter(pk=lease.pk, fence=lease.fence, expires_at=lease.expires_at)
        if not taken.update(fence=F("fence") + 1, expires_at=None):
            return 0
        rows = list(Message.objects.unsettled_of(lease))
        settlements = [_without_a_file(row, at) for at, row in enumerate(rows)]
        written = ledger.write(settlements, timezone.now(), lease=lease, states=[MessageState.CLAIMED])
        reached(Point.TAKING_OVER)
        if not Message.objects.filter(lease=lease).exists():
            lease.delete()
    log.warning("delivery.taken_over", rows=written, lease=str(lease.pk))
    return written

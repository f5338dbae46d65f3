"""The ledger's moves: claim a batch, settle it, give the rest back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from operator import attrgetter
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from delivery.arms import HELD
from delivery.models import Dispatch, Lease, Message, MessageQuerySet
from delivery.points import Point, reached
from delivery.rows import COLUMNS, Row
from delivery.states import DISPATCH_TRANSITIONS, OPEN, DispatchState, MessageState, sources
from delivery.webhooks import refusals
from delivery.webhooks.refusals import Refused
from journal.recording import record
from patients.models import ContactPoint, Patient, Reader, ReaderQuerySet
from patients.policy import Contactable, comes_of_age
from practice import clocks

ID_DIGITS = 40
BATCH = 2_000
CHECKPOINT = 100
LEASE = timedelta(minutes=5)
GRACE = timedelta(minutes=1)
RENEWED_AFTER = timedelta(minutes=1)
MOST_ATTEMPTS = 12
GIVEN_UP = "Given up after"
CANCELLED = "cancelled"
LONGEST_WAIT = timedelta(hours=4)


class LeaseLost(Exception):
    """Somebody took this worker's lease: what it holds is no longer its own."""


@dataclass(frozen=True)
class Settlement:
    """What became of one message: its state, the reason in the server's words, whether the attempt counts.

    What waits (`queued`) may be given a moment before which nobody tries.
    """

    message: Message | Row
    state: str
    reason: str = ""
    counts: bool = True
    not_before: datetime | None = None


def message_id(occasion: str, digest: str, domain: str) -> str:
    """Return the Message-ID of one address and occasion: always the same, so that a repeat is recognisable.

    The digest is a keyed hash, so that nobody can tell an address from it. `delivery.freezing` lets the database do
    the same.
    """
    return f"{sha256(f'{occasion}:{digest}'.encode()).hexdigest()[:ID_DIGITS]}@{domain}"


CHILD = "reader__patient__dependents__reader_id"


def own_and_theirs(
    channel: str, readers: ReaderQuerySet | Contactable
) -> tuple[QuerySet[ContactPoint], QuerySet[ContactPoint]]:
    """Return the addresses of those who are grown up, and of the adults who answer for the children among them."""
    if isinstance(readers, Contactable):
        return readers.own_and_theirs()
    born_later = comes_of_age(clocks.today())
    here = ContactPoint.objects.filter(channel=channel, is_primary=True)
    ids = readers.order_by().values("pk")
    own = here.filter(reader__in=ids).exclude(
        Exists(Patient.objects.filter(reader=OuterRef("reader"), born_on__gt=born_later))
    )
    theirs = here.filter(
        reader__patient__dependents__reader__in=ids, reader__patient__dependents__born_on__gt=born_later
    ).exclude(reader__patient__born_on__gt=born_later)
    return own, theirs


def is_due(dispatch: Dispatch | None) -> bool:
    """Return whether a row of a dispatch, or a single message, waits to be claimed."""
    return Message.objects.due(timezone.now()).filter(dispatch=dispatch).exists()


@transaction.atomic
def claim(
    dispatch: Dispatch | None, *, lease_id: UUID, worker: str, limit: int = BATCH, lease: Lease | None = None
) -> tuple[Lease, list[Row]] | None:
    """Lease the next due rows of a running dispatch, or of the single messages.

    Args:
        dispatch: whose rows; None for the single messages.
        lease_id: made by the worker, whose spool file has that name already.
        worker: its name, for people who look.
        limit: at most so many rows.
        lease: what this worker holds of the dispatch already, all settled; then it holds these as well.

    Returns:
        The lease and its rows in the order in which they are to be sent; None when nothing is due.

    Raises:
        LeaseLost: when somebody took the lease that was held.
    """
    now = timezone.now()
    rows = _taken(dispatch, Message.objects.due(now), limit)
    if not rows and dispatch is not None and dispatch.arm_size and not dispatch.holds_rest:
        # whoever loaded the dispatch since the rest may go has the letter as the rest gets it
        rows = _taken(dispatch, Message.objects.filter(next_try_at=HELD), limit)
    if not rows:
        return None
    if lease is None:
        lease = Lease.objects.create(pk=lease_id, worker=worker, expires_at=now + LEASE)
    else:
        renew(lease)
    Message.objects.filter(pk__in=[row.pk for row in rows], next_try_at__isnull=False).update(
        state=MessageState.CLAIMED, next_try_at=None, lease=lease, attempts=F("attempts") + 1
    )
    for row in rows:
        row.lease_id = lease.pk
        row.attempts += 1
    rows.sort(key=attrgetter("pk"))
    reached(Point.CLAIMING)
    return lease, rows


def _taken(dispatch: Dispatch | None, due: MessageQuerySet, limit: int) -> list[Row]:
    due = due.filter(dispatch=dispatch).order_by("next_try_at", "pk")
    if dispatch is not None:
        due = due.filter(Exists(Dispatch.objects.awake().filter(pk=dispatch.pk)))
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    return [Row(*found) for found in due.values_list(*COLUMNS)[:limit]]


def renew(lease: Lease) -> None:
    """Hold a lease for longer, where less than most of its time is left.

    Raises:
        LeaseLost: when somebody took it.
    """
    now = timezone.now()
    if lease.expires_at is not None and lease.expires_at - now > LEASE - RENEWED_AFTER:
        return
    if not Lease.objects.filter(pk=lease.pk, fence=lease.fence).update(expires_at=now + LEASE):
        raise LeaseLost
    lease.expires_at = now + LEASE


def settle(lease: Lease, settlements: Iterable[Settlement]) -> None:
    """Write what became of a group, in one transaction and where all were taken in one statement.

    The rows themselves say how far the lease is: what it still holds is what was not settled.

    Raises:
        LeaseLost: when the fence was raised by somebody who took the lease.
    """
    settlements = list(settlements)
    now = timezone.now()
    written = write(settlements, now, lease=lease, states=[MessageState.CLAIMED], is_fenced=True)
    if written < len(settlements) and not Lease.objects.filter(pk=lease.pk, fence=lease.fence).exists():
        raise LeaseLost
    renew(lease)


type Ends = tuple[str, str, datetime | None, int, bool]


def write(
    settlements: Iterable[Settlement], now: datetime, *, lease: Lease, states: list[str], is_fenced: bool = False
) -> int:
    """Settle rows of one lease that stand in `states`, all or none; return how many did.

    Args:
        is_fenced: whether nothing is written once somebody took the lease.
    """
    groups: dict[Ends, list[Message | Row]] = defaultdict(list)
    for settlement in settlements:
        state, reason, next_try_at = _end_of(settlement, now)
        uncounted = 0 if settlement.counts or state not in OPEN else 1
        groups[state, reason[:200], next_try_at, uncounted, settlement.message.is_test].append(settlement.message)
    held = Message.objects.filter(lease=lease, state__in=states)
    if is_fenced:
        held = held.filter(Exists(Lease.objects.filter(pk=lease.pk, fence=lease.fence)))
    with (
        transaction.atomic()
        if len(groups) > 1 or any(end[0] == MessageState.FAILED for end in groups)
        else nullcontext()
    ):
        written = 0
        for end, messages in groups.items():
            written += held.filter(pk__in=[message.pk for message in messages]).update(**_changes(end, now))
            if end[0] == MessageState.FAILED:
                refusals.note((Refused(one.pk, one.dispatch_id, one.address_hash, end[1]) for one in messages), now)
        if groups:
            reached(Point.SETTLING)
    return written


def _changes(end: Ends, now: datetime) -> dict[str, object]:
    state, reason, next_try_at, uncounted, is_test = end
    changes: dict[str, object] = {"state": state, "reason": reason, "next_try_at": next_try_at}
    if state in OPEN:  # "at once" is a moment in the past by everybody's clock, however wrong this machine's is
        changes |= {"lease": None, "settled_at": None, "next_try_at": next_try_at or F("queued_at")}
    elif state == MessageState.UNKNOWN:
        changes |= {"settled_at": now}
    else:
        changes |= {"lease": None, "settled_at": now}
        changes |= {} if is_test else {"content": None}  # a test letter is nobody's own, and its view link shows it
    if uncounted:
        changes["attempts"] = F("attempts") - 1
    return changes


def _end_of(settlement: Settlement, now: datetime) -> tuple[str, str, datetime | None]:
    state, reason = settlement.state, settlement.reason
    if state == MessageState.QUEUED:
        return state, "", settlement.not_before
    if state != MessageState.DEFERRED:
        return state, reason, None
    if not settlement.counts:
        return state, reason, now + timedelta(seconds=30)
    if settlement.message.attempts >= MOST_ATTEMPTS:
        return MessageState.FAILED, f"{GIVEN_UP} {MOST_ATTEMPTS} attempts. {reason}", None
    return state, reason, now + min(timedelta(minutes=1) * 2 ** (settlement.message.attempts - 1), LONGEST_WAIT)


@transaction.atomic
def give_back(lease: Lease, *, reason: str = "") -> None:
    """End a lease: what it holds unsettled waits again, at once or (with a reason) half a minute later.

    What belongs to a dispatch that was canceled meanwhile is left out. The attempt does not count.

    Raises:
        LeaseLost: when somebody took the lease; then the worker's file is what tells them what never left.
    """
    if not Lease.objects.filter(pk=lease.pk, fence=lease.fence).update(fence=F("fence") + 1):
        raise LeaseLost
    state = MessageState.DEFERRED if reason else MessageState.QUEUED
    rest = [Settlement(message, state, reason, counts=False) for message in Message.objects.unsettled_of(lease)]
    has_put_back = write(rest, timezone.now(), lease=lease, states=[MessageState.CLAIMED])
    reached(Point.GIVING_BACK)
    Lease.objects.filter(pk=lease.pk).delete()
    if has_put_back:
        leave_out_cancelled()


def leave_out_cancelled() -> int:
    """Settle every open row of a canceled dispatch as left out; return how many there were.

    Asked by the cancel itself, and by whoever puts rows back: a worker or a recovery that was under way meanwhile.
    """
    cancelled = Dispatch.objects.filter(state=DispatchState.CANCELLED)
    return Message.objects.filter(dispatch__in=cancelled.order_by(), next_try_at__isnull=False).update(
        state=MessageState.SKIPPED, reason=CANCELLED, next_try_at=None, settled_at=timezone.now()
    )


DECEASED = "deceased"


def leave_out(reader: Reader) -> int:
    """Settle every open row that is for this reader alone as left out, since they died; return how many there were.

    What others at the same mailbox get as well goes to them: whom it greets is asked when it is claimed.
    """
    alone = Message.objects.filter(reader=reader, also=[], next_try_at__isnull=False)
    return alone.update(state=MessageState.SKIPPED, reason=DECEASED, next_try_at=None, settled_at=timezone.now())


def put_back(reader: Reader, *, since: datetime) -> int:
    """Let what was left out since a moment wait again: it was a slip of the finger; return how many rows.

    Not what was canceled meanwhile, nor what was written down nowhere.
    """
    gone = Message.objects.filter(reader=reader, state=MessageState.SKIPPED, reason=DECEASED, settled_at__gte=since)
    kept = gone.filter(Q(dispatch__isnull=False) | Q(content__isnull=False)).exclude(
        dispatch__state=DispatchState.CANCELLED
    )
    rows = Message.objects.filter(pk__in=list(kept.values_list("pk", flat=True)))
    now = timezone.now()
    back = rows.update(state=MessageState.QUEUED, reason="", next_try_at=now, settled_at=None)
    if back:
        reopen_finished()
    return back


def forget_left_out(reader: Reader) -> int:
    """Forget the words of messages that were left out because their reader died."""
    gone = Message.objects.filter(reader=reader, state=MessageState.SKIPPED, reason=DECEASED)
    return gone.filter(content__isnull=False).update(content=None)


def narrow(message: Row, concerns: Sequence[int]) -> None:
    """Let a row name only those whom it still concerns: its links are theirs."""
    first, *others = concerns
    message.reader_id, message.also = first, list(others)
    Message.objects.filter(pk=message.pk).update(reader=first, also=others)


def forget_deleted(dispatch: Dispatch) -> int:
    """Empty rows of those who were deleted while the audience was frozen; return how many there were.

    Who undid an import at that moment did not see the rows yet, and the rows did not see that it was undone.
    """
    standing = Exists(Reader.objects.filter(pk=OuterRef("reader_id")))
    gone = Message.objects.filter(~standing, dispatch=dispatch, reader_id__isnull=False)
    return gone.update(reader=None, also=[], address="")


def reopen_finished() -> int:
    """Run a dispatch again that has open rows although it ended; return how many there were.

    What nobody knew counts as an end; when the machine that knows is back, it may say that a letter never left.
    """
    waiting = Message.objects.filter(dispatch=OuterRef("pk"), next_try_at__isnull=False)
    ended = Dispatch.objects.filter(Exists(waiting), state=DispatchState.FINISHED)
    reopened = 0
    for dispatch in ended:
        with transaction.atomic():
            standing = Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.FINISHED)
            if standing.update(state=DispatchState.RUNNING, ended_at=None):
                record("dispatch.reopened", subject=dispatch, by=None)
                reopened += 1
    return reopened


@transaction.atomic
def finish(dispatch: Dispatch) -> bool:
    """End a dispatch whose audience is whole and whose last row is settled; return whether this call ended it."""
    if Message.objects.filter(dispatch=dispatch).unfinished().exists():
        return False
    running = Dispatch.objects.filter(pk=dispatch.pk, state__in=sources(DISPATCH_TRANSITIONS, "finish"))
    if not running.update(state=DispatchState.FINISHED, ended_at=timezone.now()):
        return False
    forget_deleted(dispatch)
    record("dispatch.finished", subject=dispatch, by=None)
    return True

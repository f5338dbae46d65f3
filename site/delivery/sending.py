"""The worker's way through the ledger: claim, ask once more, hand over, settle by the hundred."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from delivery import backup, draining, freezing, headers, ledger, policy, rates
from delivery.channels import channel_for, mail_url
from delivery.channels.base import Channel, ChannelDown, Mail, Result, nameless
from delivery.ledger import Settlement
from delivery.models import Dispatch, Lease
from delivery.points import Point, reached
from delivery.rows import Row
from delivery.spool import Spool
from delivery.states import OPEN, MessageState
from delivery.writing import Writing
from practice.courtesy import Courtesy
from vault import ids

log = structlog.get_logger(__name__)

CHECKPOINT_SECONDS = 1.0
STALE_SECONDS = 10.0
LOOK_SECONDS = 0.5
OVERTIME = 2.0
TURN = 0.5  # seconds of sending between two slices, while there are readers whom nobody has collected yet
AWAY = (OperationalError, InterfaceError)  # the database, or the way to it
_kept = threading.local()


def work(*, seconds: float = 20.0) -> int:
    """Send what is due until nothing is, or the time is over; return how many messages were settled.

    Single messages go first, and again and again during a letter: a sign-in code does not wait for a newsletter.
    """
    return _Shift(seconds).work()


def hang_up() -> None:
    """Let go of the connections that this process keeps between its stretches of work."""
    for channel in _channels().values():
        channel.close()
    _channels().clear()


def _channels() -> dict[tuple[str, bool], Channel]:
    """Return what this thread keeps open from one stretch of work to the next, by URL and by whether letters go there.

    Letters and single messages never share a connection: one would wait for the other.
    """
    if not hasattr(_kept, "channels"):
        _kept.channels = {}
    found: dict[tuple[str, bool], Channel] = _kept.channels
    return found


class _Shift:
    """One worker's stretch of work."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.turn_ends = self.until
        self.overtime = min(OVERTIME, seconds)
        self.worker = f"{platform.node()[:80]}:{os.getpid()}"
        self.down: set[str] = set()
        self.done = 0
        for channel in _channels().values():
            channel.tidy()

    def work(self) -> int:
        """Go round: the single messages, each running dispatch, and a piece of who else gets one."""
        while self.goes_on():
            before = self.done
            self.turn_ends = time.monotonic() + TURN if freezing.waits() else self.until
            self.singles()
            for dispatch in Dispatch.objects.awake():
                if not self.send(dispatch) and not self.is_down(is_bulk=True):
                    ledger.finish(dispatch)
            if not freezing.go_on() and self.done == before:
                break
        return self.done

    def goes_on(self) -> bool:
        """Return whether there is time left, and nobody asked the worker to stop."""
        return time.monotonic() < self.until and not draining.is_asked()

    def sends_on(self) -> bool:
        """Return whether to send the next batch of a dispatch; now and then it is the turn of who else gets one."""
        return self.goes_on() and time.monotonic() < self.turn_ends

    def singles(self) -> None:
        """Send every single message that is due."""
        if not draining.is_asked() and not self.is_down(is_bulk=False) and ledger.is_due(None):
            self.send(None)

    def is_down(self, *, is_bulk: bool) -> bool:
        """Return whether the way out was found shut on this stretch."""
        return mail_url(is_bulk=is_bulk) in self.down

    def send(self, dispatch: Dispatch | None) -> bool:
        """Claim and send batch after batch; return whether there was one."""
        url = mail_url(is_bulk=dispatch is not None)
        if url in self.down:
            return False
        kept, name = _channels(), (url, dispatch is not None)
        if name not in kept:
            kept[name] = channel_for(url)
        try:
            hold = _Hold(self, dispatch, kept[name])
        except OSError as error:  # without a file nothing may leave: it waits where it is
            log.warning("delivery.spool_not_begun", error=type(error).__name__)
            self.down.add(url)
            return False
        try:
            while hold.claim():
                if reason := hold.through():
                    self.down.add(url)
                if reason or not hold.is_whole or (dispatch is not None and not self.sends_on()):
                    break
            hold.give_back()
        except ledger.LeaseLost:
            log.warning("delivery.lease_lost", lease=str(hold.lease_id))
        finally:
            hold.spool.close()
        return hold.has_claimed


class _Hold:
    """What one worker holds of one dispatch, or of the single messages: a lease, its file, and batch after batch."""

    def __init__(self, shift: _Shift, dispatch: Dispatch | None, channel: Channel) -> None:
        self.shift, self.dispatch, self.channel = shift, dispatch, channel
        self.lease_id = ids.uuid7()
        self.spool = Spool(self.lease_id, is_repeatable=channel.is_repeatable)
        self.lease: Lease | None = None
        self.rows: list[Row] = []
        self.writing: Writing | None = None
        self.is_whole, self.reason = True, ""

    @property
    def has_claimed(self) -> bool:
        """Whether there was anything to claim."""
        return self.lease is not None

    def claim(self) -> bool:
        """Claim the next batch; return whether there is one.

        Raises:
            ledger.LeaseLost: when somebody took the lease.
        """
        claimed = ledger.claim(self.dispatch, lease_id=self.lease_id, worker=self.shift.worker, lease=self.lease)
        if claimed is None:
            return False
        self.lease, self.rows = claimed
        reached(Point.CLAIMED)
        return True

    def through(self) -> str:
        """Send the batch; return "" or why the channel is shut.

        Raises:
            ledger.LeaseLost: when somebody took the lease; what was answered meanwhile stands in the spool.
        """
        assert self.lease is not None
        try:
            if self.writing is None:
                self.writing = Writing(self.dispatch)
            run = _Run(self, self.writing, self.lease)
            self.reason = run.through(self.rows)
            self.is_whole = run.is_whole
        except headers.OddAddress:
            self.reason = "The practice's own address cannot be written from."
        if self.is_whole and not self.reason:
            self.spool.restart()
        return self.reason

    def give_back(self) -> None:
        """End the lease; what it holds unsettled waits again."""
        if self.lease is not None:
            ledger.give_back(self.lease, reason=self.reason)
        self.spool.remove()


class _Run:
    """One batch on its way."""

    def __init__(self, hold: _Hold, writing: Writing, lease: Lease) -> None:
        self.shift, self.dispatch, self.channel, self.spool = hold.shift, hold.dispatch, hold.channel, hold.spool
        self.writing, self.lease = writing, lease
        self.on_way: dict[UUID, Row] = {}
        self.pending: list[Settlement] = []
        self.most_pending = max(1, ledger.CHECKPOINT + 1 - self.channel.most_at_once)
        self.settled_at = self.looked_at = time.monotonic()
        self.is_over = self.is_lost = False
        self.is_whole = True
        self.outage: OperationalError | InterfaceError | None = None

    def through(self, rows: list[Row]) -> str:
        """Send them in order; return "" or why the channel is shut.

        Raises:
            ledger.LeaseLost: when somebody took the lease; what was answered meanwhile stands in the spool.
            OperationalError, InterfaceError: when the database went away; what is on its way is waited for first, and
                stands there too.
        """
        reason = ""
        mails = self.mails(rows)
        try:
            for answered in self.channel.send(mails, self.spool):
                if answered is not None:
                    self.note(*answered)
                else:
                    self.spool.flush()
                self.look_around()
        except ChannelDown as down:
            reason, self.is_whole = str(down), False
        self.spool.flush()
        if self.outage is not None:
            raise self.outage
        self.settle()
        if self.is_lost:
            raise ledger.LeaseLost
        return reason

    def mails(self, rows: list[Row]) -> Iterator[Mail]:
        """Yield what is to be sent, one after the other, as long as the dispatch runs and the database is there."""
        try:
            yield from self._mails(rows)
        except AWAY as error:
            self.goes_away(error)

    def goes_away(self, error: OperationalError | InterfaceError) -> None:
        """Begin nothing more, and ask the database nothing: who is on the way is still waited for."""
        self.outage, self.is_over, self.is_whole = error, True, False

    def _mails(self, rows: list[Row]) -> Iterator[Mail]:
        """Yield them; never more than a checkpoint's rows are begun and not settled."""
        self.writing.read(rows)
        courtesy = Courtesy.get()
        asked, judged = time.monotonic(), policy.verdicts(rows, courtesy=courtesy, dispatch=self.dispatch)
        waiting = rates.waits([row for row in rows if judged[row].may_go_now], courtesy) if self.dispatch else {}
        for at, row in enumerate(rows):
            if time.monotonic() - asked > STALE_SECONDS:
                asked, judged = time.monotonic(), policy.verdicts(rows[at:], dispatch=self.dispatch)
            if self.is_over:
                self.is_whole = False
                return
            found = self.mail(row, judged[row], waiting.get(row.pk))
            if isinstance(found, Mail):
                self.on_way[row.pk] = row
                yield found
            else:
                self.pending.append(found)
                self.look_around()

    def mail(self, row: Row, verdict: policy.Verdict, until: datetime | None) -> Mail | Settlement:
        """Return one message as it leaves, or what becomes of it at once; whatever is odd about it harms no other."""
        if verdict.reason:
            return Settlement(row, MessageState.SKIPPED, verdict.reason)
        if later := verdict.not_before or until:
            return Settlement(row, MessageState.QUEUED, counts=False, not_before=later)
        if verdict.concerns and list(verdict.concerns) != row.reader_ids:
            ledger.narrow(row, verdict.concerns)
        try:
            return self.writing.mail(row, verdict.readers)
        except headers.OddAddress as error:
            return Settlement(row, MessageState.FAILED, str(error))
        except Exception as error:
            log.exception("delivery.not_built", message=row.ref)
            return Settlement(row, MessageState.DEFERRED, f"It could not be built ({type(error).__name__}).")

    def note(self, mail: Mail, said: Result) -> None:
        """Keep what was answered, in words that name nobody."""
        result = Result(said.state, nameless(said.reason, mail.recipient)) if said.reason else said
        reached(Point.ANSWERED)
        self.spool.answer(mail.key, result)
        self.pending.append(Settlement(self.on_way.pop(mail.key), result.state, result.reason))
        if result.state == MessageState.UNKNOWN:
            self.is_whole = False  # such a row keeps its lease: another batch gets one of its own

    def look_around(self) -> None:
        """Settle when a checkpoint is due; now and then see to single messages, and whether to go on."""
        if self.outage is None:
            try:
                self._look_around()
            except AWAY as error:
                self.goes_away(error)

    def _look_around(self) -> None:
        now = time.monotonic()
        if draining.is_asked():
            self.is_over = True
        if len(self.pending) >= self.most_pending or now - self.settled_at > CHECKPOINT_SECONDS:
            self.settle()
        if self.dispatch is None or now - self.looked_at < LOOK_SECONDS:
            return
        self.spool.flush()
        self.shift.singles()
        is_late = now > self.shift.until + self.shift.overtime
        if is_late or not Dispatch.objects.awake().filter(pk=self.dispatch.pk).exists():
            self.is_over = True
        self.looked_at = time.monotonic()

    def settle(self) -> None:
        """Write the checkpoint; where the lease is lost, begin nothing more."""
        self.settled_at = time.monotonic()
        if not self.pending or self.is_lost:
            return
        settlements, self.pending = self.pending, []
        self.spool.flush()
        begun_at = timezone.now()
        try:
            ledger.settle(self.lease, settlements)
        except ledger.LeaseLost:
            self.is_lost = self.is_over = True
            return
        reached(Point.SETTLED)
        if any(settlement.state not in OPEN for settlement in settlements):
            backup.note(begun_at)
        self.shift.done += len(settlements)

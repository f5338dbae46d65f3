"""The worker's way through the ledger: claim, ask once more, splice, hand over, settle by the hundred."""

from __future__ import annotations

import json
import os
import platform
import time

import structlog

from delivery import discretion, draining, headers, ledger, links, merging, policy, rendering
from delivery.channels import channel_for, mail_url
from delivery.channels.base import Channel, ChannelDown, Envelope, Result, nameless
from delivery.envelope import Compiled, Letter, Marks, Recipient, Sender
from delivery.ledger import Settlement
from delivery.models import Dispatch, Lease, Message
from delivery.points import Point, reached
from delivery.spool import Spool
from delivery.states import MessageState
from patients.models import Reader
from vault import ids

log = structlog.get_logger(__name__)

CHECKPOINT_SECONDS = 1.0  # so that a pause takes effect within a second or so
STALE_SECONDS = 10.0


def work(*, seconds: float = 20.0) -> int:
    """Send what is due until nothing is, or the time is over; return how many messages were settled.

    Single messages go first, and again at every checkpoint of a letter: a sign-in code does not wait for a newsletter.
    """
    return _Shift(seconds).work()


class _Shift:
    """One worker's stretch of work: its connections, and what it has compiled."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.worker = f"{platform.node()[:80]}:{os.getpid()}"
        self.channels: dict[str, Channel] = {}
        self.down: set[str] = set()
        self.done = 0

    def work(self) -> int:
        """Go round: the single messages, then a batch of each running dispatch."""
        try:
            while self.goes_on():
                before = self.done
                self.singles()
                for dispatch in Dispatch.objects.awake():
                    if not self.batch(dispatch) and not self.is_down(is_bulk=True):
                        ledger.finish(dispatch)
                if self.done == before:
                    break
        finally:
            for channel in self.channels.values():
                channel.close()
        return self.done

    def singles(self) -> None:
        """Send every single message that is due."""
        while not draining.is_asked() and self.batch(None):
            pass

    def goes_on(self) -> bool:
        """Return whether there is time left, and nobody asked the worker to stop."""
        return time.monotonic() < self.until and not draining.is_asked()

    def is_down(self, *, is_bulk: bool) -> bool:
        """Return whether the way out was found shut on this stretch."""
        return mail_url(is_bulk=is_bulk) in self.down

    def batch(self, dispatch: Dispatch | None) -> bool:
        """Claim and send one batch; return whether there was one."""
        url = mail_url(is_bulk=dispatch is not None)
        if url in self.down:
            return False
        channel = self.channels.setdefault(url, channel_for(url))
        lease_id = ids.uuid7()
        spool = Spool(lease_id, is_repeatable=channel.is_repeatable)
        try:
            claimed = ledger.claim(dispatch, lease_id=lease_id, worker=self.worker)
            if claimed is None:
                spool.remove()
                return False
            lease, messages = claimed
            reached(Point.CLAIMED)
            try:
                reason = _Run(self, dispatch, lease, channel, spool).through(messages)
            except headers.OddAddress:
                reason = "The practice's own address cannot be written from."
            if reason:
                self.down.add(url)
            ledger.give_back(lease, reason=reason)
            spool.remove()
        except ledger.LeaseLost:
            log.warning("delivery.lease_lost", lease=str(lease_id))
            return False
        finally:
            spool.close()
        return True


class _Run:
    """One lease on its way."""

    def __init__(self, shift: _Shift, dispatch: Dispatch | None, lease: Lease, channel: Channel, spool: Spool) -> None:
        self.shift, self.dispatch, self.lease, self.channel, self.spool = shift, dispatch, lease, channel, spool
        self.sender = rendering.sender()
        self.sent_from = headers.envelope_address(self.sender.address)
        self.words = merging.words()
        self.letters = {"": Letter.from_json(dispatch.letter)} if dispatch else {}
        self.compiled: dict[tuple[str, bool], Compiled] = {}
        if dispatch is not None:
            self.in_this_way("", is_discreet=False)  # where our own address is odd, nobody's is to blame
        self.pending: list[Settlement] = []
        self.began = time.monotonic()

    def through(self, messages: list[Message]) -> str:
        """Send them in order; return "" or why the channel is shut.

        Raises:
            ledger.LeaseLost: when somebody took the lease; what was answered meanwhile stands in the spool.
        """
        self.read_letters({message.variant for message in messages})
        asked, judged = time.monotonic(), policy.verdicts(messages)
        reason = ""
        for at, message in enumerate(messages):
            if time.monotonic() - asked > STALE_SECONDS:
                asked, judged = time.monotonic(), policy.verdicts(messages[at:])
            try:
                self.pending.append(self.one(message, judged[message]))
            except ChannelDown as down:
                reason = str(down)
                break
            if self.is_time_to_settle() and not self.settle():
                break
        self.settle()
        return reason

    def read_letters(self, ways: set[str]) -> None:
        """Read the letter in the ways in which this batch needs it, in one question, and in none where it needs one."""
        if self.dispatch is not None and (others := ways - {""}):
            found = self.dispatch.variants.filter(name__in=others).values_list("name", "letter")
            self.letters |= {name: Letter.from_json(kept) for name, kept in found}

    def one(self, message: Message, verdict: policy.Verdict) -> Settlement:
        """Send one message; whatever is odd about it harms no other.

        Raises:
            ChannelDown: when the channel is shut, or the spool cannot be written.
        """
        if verdict.reason:
            return Settlement(message, MessageState.SKIPPED, verdict.reason)
        if verdict.not_before:
            return Settlement(message, MessageState.QUEUED, counts=False, not_before=verdict.not_before)
        if verdict.concerns and list(verdict.concerns) != message.reader_ids:
            ledger.narrow(message, verdict.concerns)
        try:
            data = self.built(message, verdict.readers)
            recipient = headers.envelope_address(message.address)
        except headers.OddAddress as error:
            return Settlement(message, MessageState.FAILED, str(error))
        except Exception as error:
            log.exception("delivery.not_built", message=message.ref)
            return Settlement(message, MessageState.DEFERRED, f"It could not be built ({type(error).__name__}).")
        envelope = Envelope(self.sent_from, recipient, message.message_id)
        try:
            said: Result = self.channel.send(envelope, data, intend=lambda: self.spool.intend(message.pk))
        except OSError as error:
            self.channel.close()
            raise ChannelDown(f"The spool cannot be written: {error.strerror}.") from error
        except ChannelDown as down:
            raise ChannelDown(nameless(str(down), recipient)) from down
        result = Result(said.state, nameless(said.reason, recipient))
        reached(Point.ANSWERED)
        self.spool.answer(message.pk, result)
        reached(Point.NOTED)
        return Settlement(message, result.state, result.reason)

    def built(self, message: Message, readers: tuple[Reader, ...]) -> bytes:
        """Return the bytes of one message."""
        is_discreet = any(reader.is_discreet for reader in readers)
        if self.dispatch is None:
            return _built_single(message, self.sender, is_discreet=is_discreet)
        compiled = self.in_this_way(message.variant, is_discreet=is_discreet)
        tags = set(compiled.tags) | {"unsubscribe_url"}
        values = self.words | {"first_name": merging.greeting(readers, message.language)} | links.of(message, tags)
        name = merging.full_name(readers)
        return compiled.splice(_recipient(message, self.sender, name, values))

    def in_this_way(self, way: str, *, is_discreet: bool) -> Compiled:
        """Return the letter compiled in one of its ways, under the practice's name or its discreet one; each once."""
        if (way, is_discreet) not in self.compiled:
            assert self.dispatch is not None
            letter = self.letters[way]
            written = discretion.discreet(letter) if is_discreet else letter
            self.compiled[way, is_discreet] = _compiled_letter(written, self.dispatch, self.sender)
        return self.compiled[way, is_discreet]

    def is_time_to_settle(self) -> bool:
        """Return whether a checkpoint is due: every hundred messages, every five seconds, or at once."""
        is_late = time.monotonic() - self.began > CHECKPOINT_SECONDS
        return len(self.pending) >= ledger.CHECKPOINT or is_late or draining.is_asked()

    def settle(self) -> bool:
        """Write the checkpoint; return whether to go on: the dispatch is still running, and the time is not over."""
        if self.pending:
            ledger.settle(self.lease, self.pending)
            reached(Point.SETTLED)
            self.shift.done += len(self.pending)
            self.pending = []
        self.began = time.monotonic()
        if self.dispatch is None:
            return not draining.is_asked()
        self.shift.singles()
        return self.shift.goes_on() and Dispatch.objects.awake().filter(pk=self.dispatch.pk).exists()


def _compiled_letter(letter: Letter, dispatch: Dispatch, sender: Sender) -> Compiled:
    feedback_id = f"{dispatch.ref}:{dispatch.purpose}:{dispatch.channel}:{sender.domain.replace('.', '-')}"
    return Compiled(letter, sender, Marks(list_name="letters", feedback_id=feedback_id))


def _built_single(message: Message, sender: Sender, *, is_discreet: bool) -> bytes:
    kept = json.loads(message.content or "{}")
    is_letter = message.is_letter
    marks = Marks(list_name="letters" if is_letter else "", is_automatic=not is_letter)
    values = links.of(message, {"unsubscribe_url"}) if is_letter else {}
    recipient = _recipient(message, sender, kept.pop("to_name", ""), values)
    letter = Letter.from_json(kept)
    written = discretion.discreet(letter) if is_discreet else letter
    return Compiled(written, sender, marks, has_slots=False).splice(recipient)


def _recipient(message: Message, sender: Sender, name: str, values: dict[str, str]) -> Recipient:
    way_out = values.get("unsubscribe_url", "")
    mail = f"{sender.reply_to or sender.address}?subject=unsubscribe%20{message.ref}" if way_out else ""
    return Recipient(message.address, name, message.message_id, values, way_out, mail)

"""Whom a message may reach, and when: consent, suppression, pause, life's end, hours and caps; asked again at claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from delivery.models import Dispatch, Message
from delivery.pace import Pace
from delivery.rows import Row
from patients import topics
from patients.addresses import address_hash
from patients.models import Channel, Patient, Purpose, Reader
from patients.policy import SHUT_TO_ALL, Known
from practice.courtesy import Courtesy


@dataclass(frozen=True)
class Verdict:
    """Whom of a message's readers it may reach; none and a reason when it may not go at all.

    `readers` are those whom it greets, `concerns` the keys of those for whom it is: a child's letter greets the adult.
    What may go, but not now, waits until a moment.
    """

    readers: tuple[Reader, ...] = ()
    reason: str = ""
    concerns: tuple[int, ...] = ()
    not_before: datetime | None = None

    @property
    def may_go_now(self) -> bool:
        """Whether nothing stands against it just now."""
        return not self.reason and self.not_before is None


def may_send(
    *, reader: Reader | None, address: str, purpose: str, channel: str = Channel.EMAIL, topic: str = ""
) -> str:
    """Return "" when one message may go, else the reason in one word.

    Args:
        reader: for whom, where they are known to us.
        address: where to; asked by itself, since it may be another than the reader's own.
        purpose: why we write; see patients.models.Purpose.
        channel: how.
        topic: about what, of patients.topics.
    """
    digest, courtesy = address_hash(channel, address), Courtesy.get()
    ids = [reader.pk] if reader else []
    known = Known(ids, hashes=[digest], channels=[channel])
    for pk in ids:
        reason = known.against(pk, channel=channel, purpose=purpose, topic=topic)
        if reason not in {"", "no_address"}:
            return reason
    if reason := _shut_by(known.shut.get((channel, digest)), purpose):
        return reason
    if purpose == Purpose.TRANSACTIONAL:
        return ""
    pace = Pace([digest], known, courtesy)
    enough = [pace.against_reader(pk, purpose=purpose, topic=topic) for pk in ids]
    return pace.against_address(digest) or "".join(enough)


def outlook(reader: Reader) -> dict[tuple[str, str], str]:
    """Return for each topic and channel why a reader would not get it just now; "" where they would.

    Fourteen questions to the database at most.
    """
    known, courtesy = Known([reader.pk]), Courtesy.get()
    who = known.addressee(reader.pk) or reader.pk
    pace = Pace([digest for (pk, _channel), digest in known.addresses.items() if pk == who and digest], known, courtesy)
    found = {}
    for channel in topics.CHANNELS:
        for topic in topics.TOPICS.values():
            asked = {"purpose": topic.purpose, "topic": topic.name}
            reason = known.against(reader.pk, channel=channel, **asked)
            if not reason and topic.needs_consent:
                address = known.addresses.get((who, channel), "")
                reason = pace.against_address(address) or pace.against_reader(reader.pk, **asked)
            found[topic.name, str(channel)] = reason
    return found


def verdicts[One: (Message, Row)](
    messages: Iterable[One], *, courtesy: Courtesy | None = None, dispatch: Dispatch | None = None
) -> dict[One, Verdict]:
    """Return for each message whom it may reach; a fixed number of questions however many messages there are.

    A letter goes to a reader whose address is still the one that was frozen. A single message goes to its address,
    and only a dead address, a channel's STOP, a deceased patient or a declined topic stops it. In quiet hours, and
    where another worker holds what would fill the cap, it waits.

    Args:
        messages: who asks.
        courtesy: the practice's manners, where they were read just now.
        dispatch: whose messages all of them are, where that is at hand.
    """
    messages = list(messages)
    if not messages:
        return {}
    facts = _Facts(messages, courtesy or Courtesy.get(), dispatch)
    return {message: facts.verdict(message) for message in messages}


def _shut_by(suppression: str | None, purpose: str) -> str:
    if suppression and (purpose != Purpose.TRANSACTIONAL or suppression in SHUT_TO_ALL):
        return "suppressed"
    return ""


class _Facts:
    """What is known about the readers and addresses of one batch."""

    def __init__(self, messages: Sequence[Message | Row], courtesy: Courtesy, dispatch: Dispatch | None) -> None:
        self.now, self.courtesy = timezone.now(), courtesy
        self.known = Known(
            (pk for message in messages for pk in message.reader_ids),
            hashes={message.address_hash for message in messages},
            channels={message.channel for message in messages},
        )
        if dispatch is None:
            sent_for = {message.dispatch_id for message in messages if message.dispatch_id}
            corrections = Dispatch.objects.filter(pk__in=sent_for, is_correction=True).values_list("pk", flat=True)
            self.corrections = set(corrections) if sent_for else set()
        else:
            self.corrections = {dispatch.pk} if dispatch.is_correction else set()
        letters = [message for message in messages if self._is_paced(message)]
        leases = {message.lease_id for message in letters if message.lease_id}
        hashes = {message.address_hash for message in letters}
        self.pace = Pace(hashes, self.known, self.courtesy, leases=leases) if letters else None

    def _is_paced(self, message: Message | Row) -> bool:
        """Return whether how much somebody got holds it back: not a part of a letter that they have got already."""
        return message.is_letter and message.dispatch_id not in self.corrections

    def verdict(self, message: Message | Row) -> Verdict:
        """Return whom one message may reach."""
        if reason := _shut_by(self.known.shut.get((message.channel, message.address_hash)), message.purpose):
            return Verdict(reason=reason)
        found = [pk for pk in message.reader_ids if pk in self.known.readers]
        if not found:
            return self._to_nobody_known(message)
        reasons = {pk: self._against(pk, message) for pk in found}
        allowed = tuple(pk for pk in found if not reasons[pk])
        if not allowed:
            return Verdict(reason=reasons[found[0]])
        if self.pace and self._is_paced(message):
            if reason := self.pace.against_address(message.address_hash):
                return Verdict(reason=reason)
            if later := self.pace.waits_for_others(message.address_hash):
                return Verdict(not_before=later)
        if later := self._quiet_until(message, allowed[0]):
            return Verdict(not_before=later)
        if self.pace and self._is_paced(message):
            self.pace.count(message.address_hash, allowed)
        greeted = dict.fromkeys(self.known.addressee(pk) or pk for pk in allowed)
        return Verdict(tuple(self.known.readers[pk] for pk in greeted), concerns=allowed)

    def _to_nobody_known(self, message: Message | Row) -> Verdict:
        return Verdict(reason="erased" if message.is_letter and not message.is_test else "")

    def _against(self, pk: int, message: Message | Row) -> str:
        asked = {"channel": message.channel, "purpose": message.purpose, "topic": message.topic}
        if message.is_letter:
            reason = self.known.against(pk, digest=message.address_hash, **asked)
            if reason or self.pace is None or not self._is_paced(message):
                return reason
            return self.pace.against_reader(pk, purpose=message.purpose, topic=message.topic)
        life = self.known.lives.get(pk)
        if life and life.status == Patient.Status.DECEASED:
            return "deceased"
        who = self.known.addressee(pk) or pk
        return "declined" if message.topic and (who, message.channel, message.topic) in self.known.declined else ""

    def _quiet_until(self, message: Message | Row, pk: int) -> datetime | None:
        """Return until when it waits: news of one's own account comes at any hour, a reminder does not."""
        if not message.is_letter and not message.topic:
            return None
        return self.courtesy.not_before(message.channel, self.known.zone_of(pk), self.now)

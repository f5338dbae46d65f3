"""Whom a message may reach: consent, suppression, pause and life's end, asked again when a row is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from delivery.models import Message
from patients.addresses import address_hash
from patients.models import Channel, Consent, ContactPoint, Patient, Purpose, Reader, Suppression
from patients.policy import may_contact
from practice import clocks

STOPS_EVERYTHING = frozenset({"hard_bounce", "stop", "deceased"})


@dataclass(frozen=True)
class Verdict:
    """Whom of a message's readers it may reach; none and a reason when it may not go at all."""

    readers: tuple[Reader, ...] = ()
    reason: str = ""


def may_send(*, reader: Reader | None, address: str, purpose: str, channel: str = Channel.EMAIL) -> str:
    """Return "" when one message may go, else the reason in one word.

    Args:
        reader: for whom, where they are known to us.
        address: where to; asked by itself, since it may be another than the reader's own.
        purpose: why we write; see patients.models.Purpose.
    """
    if reader is not None and (reason := may_contact(reader, channel=channel, purpose=purpose)) not in {
        "",
        "no_address",
    }:
        return reason
    shut = Suppression.objects.filter(channel=channel, address_hash=address_hash(channel, address))
    return _shut_by(shut.values_list("reason", flat=True).first(), purpose)


def verdicts(messages: Iterable[Message]) -> dict[Message, Verdict]:
    """Return for each message whom it may reach; five questions to the database however many messages there are.

    A letter goes to a reader whose address is still the one that was frozen. A single message goes to its address,
    and only a dead address, a channel's STOP or a deceased patient stops it.
    """
    messages = list(messages)
    if not messages:
        return {}
    facts = _Facts(messages)
    return {message: facts.verdict(message) for message in messages}


def _shut_by(suppression: str | None, purpose: str) -> str:
    if suppression and (purpose != Purpose.TRANSACTIONAL or suppression in STOPS_EVERYTHING):
        return "suppressed"
    return ""


class _Facts:
    """What is known about the readers and addresses of one batch."""

    def __init__(self, messages: list[Message]) -> None:
        ids = {pk for message in messages for pk in message.reader_ids}
        self.today = clocks.today()
        self.readers: Mapping[int, Reader] = Reader.objects.in_bulk(ids)
        self.statuses = dict(Patient.objects.filter(reader__in=ids).values_list("reader_id", "status"))
        self.addresses = {
            (pk, channel): digest
            for pk, channel, digest in ContactPoint.objects.filter(reader__in=ids, is_primary=True).values_list(
                "reader_id", "channel", "address_hash"
            )
        }
        self.shut = {
            (channel, digest): reason
            for channel, digest, reason in Suppression.objects.filter(
                address_hash__in={message.address_hash for message in messages}
            ).values_list("channel", "address_hash", "reason")
        }
        self.yes = set(
            Consent.objects.standing()
            .filter(reader__in=ids, is_given=True)
            .values_list("reader_id", "channel", "purpose")
        )

    def verdict(self, message: Message) -> Verdict:
        """Return whom one message may reach."""
        if reason := _shut_by(self.shut.get((message.channel, message.address_hash)), message.purpose):
            return Verdict(reason=reason)
        found = [reader for pk in message.reader_ids if (reader := self.readers.get(pk))]
        if not found:
            return Verdict(reason="erased" if message.is_letter and not message.is_test else "")
        reasons = [self._against(reader, message) for reader in found]
        allowed = tuple(reader for reader, reason in zip(found, reasons, strict=True) if not reason)
        return Verdict(allowed, "" if allowed else reasons[0])

    def _against(self, reader: Reader, message: Message) -> str:
        status = self.statuses.get(reader.pk)
        if status == Patient.Status.DECEASED:
            return "deceased"
        if message.purpose == Purpose.TRANSACTIONAL:
            return ""
        digest = self.addresses.get((reader.pk, message.channel))
        if digest != message.address_hash:
            return "address_changed" if digest else "no_address"
        if status == Patient.Status.DISMISSED:
            return "dismissed"
        if reader.paused_until and reader.paused_until > self.today:
            return "paused"
        return "" if (reader.pk, message.channel, message.purpose) in self.yes else "objected"

"""What a reader asks of us from a link in a letter: stop, less, a break; a test letter's links change nothing."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from delivery.models import Message
from patients.actions import pause, record_consent
from patients.models import Basis, Channel, Consent, ContactPoint, Purpose, Reader
from practice import clocks

LETTERS = (Purpose.OWN_SERVICES, Purpose.TREATMENT, Purpose.THIRD_PARTY)
WORDING = "mail-links-2026-11"


@dataclass(frozen=True)
class Wishes:
    """What one reader gets by mail just now: for which purposes, and until when everything rests."""

    purposes: frozenset[str]
    paused_until: date | None
    language: str

    @property
    def months_off(self) -> int | None:
        """Return 0 where letters come; while they rest, nobody knows for how many months that was asked."""
        return None if self.paused_until else 0


def wishes_of(reader: Reader) -> Wishes:
    """Return what `reader` gets by mail just now."""
    yes = Consent.objects.standing().filter(reader=reader, channel=Channel.EMAIL, is_given=True)
    paused = reader.paused_until if reader.paused_until and reader.paused_until > clocks.today() else None
    return Wishes(frozenset(yes.values_list("purpose", flat=True)) & frozenset(LETTERS), paused, reader.language)


def readers_of(message: Message) -> list[Reader]:
    """Return everyone whom a letter was for, and whoever else gets letters at its address: one mailbox, one answer.

    Somebody of the household may have had a break when this letter left; the next one must not come for them.
    """
    sharing = ContactPoint.objects.filter(
        channel=message.channel, address_hash=message.address_hash, is_primary=True
    ).exclude(reader__kind__in=[Reader.Kind.OFFICE, Reader.Kind.STAFF])
    ids = [*message.reader_ids, *sharing.order_by("reader").values_list("reader", flat=True)]
    found = Reader.objects.in_bulk(ids)
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


@transaction.atomic
def stop(*, message: Message, is_everything: bool = False, source: str) -> None:
    """Withdraw consent for this letter's purpose, or for every purpose, of everyone who shares its mailbox.

    What is queued already is asked again when it is claimed, and left out.

    Args:
        message: whose link was used; it is the evidence.
        is_everything: all letters and recalls; visits that they booked are still announced.
        source: "one_click" for a mail program's own button, "mail_link" for the page.
    """
    if message.is_test:
        return
    for reader in readers_of(message):
        for purpose in LETTERS if is_everything else [message.purpose]:
            _say(reader, message, purpose=purpose, is_given=False, source=source)


@transaction.atomic
def rest(*, message: Message, months: int) -> None:
    """Let everyone who shares the mailbox rest for some months; 0 ends the break."""
    if message.is_test:
        return
    for reader in readers_of(message):
        pause(reader=reader, until=after_months(clocks.today(), months), by=f"reader:{reader.ref}")


@transaction.atomic
def choose(*, message: Message, purposes: Iterable[str], months: int | None, language: str) -> None:
    """Keep one reader's choices, all at once.

    Args:
        message: whose link was used.
        purposes: what they want by mail, of LETTERS.
        months: a break from today, 0 for none, None to leave it as it is.
        language: of what we write.
    """
    reader = message.reader
    if message.is_test or reader is None:
        return
    standing, wanted = wishes_of(reader), frozenset(purposes)
    for purpose in LETTERS:
        if (purpose in wanted) != (purpose in standing.purposes):
            _say(reader, message, purpose=purpose, is_given=purpose in wanted, source="preference_centre")
    if months is not None:
        pause(reader=reader, until=after_months(clocks.today(), months), by=f"reader:{reader.ref}")
    Reader.objects.filter(pk=reader.pk).exclude(language=language).update(language=language)


def after_months(day: date, months: int) -> date | None:
    """Return the same day `months` later, the month's last day where it has no such day; None for 0."""
    if not months:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _say(reader: Reader, message: Message, *, purpose: str, is_given: bool, source: str) -> None:
    record_consent(
        reader=reader,
        channel=message.channel,
        purpose=purpose,
        is_given=is_given,
        basis=Basis.AGREED if is_given else Basis.NONE,
        wording_version=WORDING,
        source=source,
        by=f"reader:{reader.ref}",
        evidence={"message": message.ref},
    )

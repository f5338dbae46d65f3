"""What a reader asks of us from a link in a letter: stop, less, a break; a test letter's links change nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from delivery.models import Message
from patients import choices, choosing
from patients.actions import pause, record_consent
from patients.choices import Choices
from patients.choosing import after_months
from patients.models import Basis, ContactPoint, Purpose, Reader
from patients.wordings import MAIL_LINKS
from practice import clocks

LETTERS = (Purpose.OWN_SERVICES, Purpose.TREATMENT, Purpose.THIRD_PARTY)


def wishes_of(message: Message) -> Choices:
    """Return what the one to whom a letter went chose; a child's letter went to the adult.

    Raises:
        ValueError: for a message that went to nobody whom we know.
    """
    if message.reader is None:
        raise ValueError("This message went to nobody whom we know.")
    return choices.choices_of(message.reader)


def readers_of(message: Message) -> list[Reader]:
    """Return everyone whom a letter was for, and whoever else gets letters at its address: one mailbox, one answer.

    Somebody of the household may have had a break when this letter left; the next one must not come for them.
    """
    sharing = ContactPoint.objects.filter(
        channel=message.channel, address_hash=message.address_hash, is_primary=True
    ).exclude(reader__kind__in=[Reader.Kind.OFFICE, Reader.Kind.STAFF])
    ids = [*message.reader_ids, *sharing.order_by("reader").values_list("reader", flat=True)]
    return choices.addressees_of(ids)


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
            record_consent(
                reader=reader,
                channel=message.channel,
                purpose=purpose,
                is_given=False,
                basis=Basis.NONE,
                wording_version=MAIL_LINKS,
                source=source,
                by=f"reader:{reader.ref}",
                evidence={"message": message.ref},
            )


@transaction.atomic
def rest(*, message: Message, months: int) -> None:
    """Let everyone who shares the mailbox rest for some months; 0 ends the break."""
    if message.is_test:
        return
    for reader in readers_of(message):
        pause(reader=reader, until=after_months(clocks.today(), months), by=f"reader:{reader.ref}")


@transaction.atomic
def want_less(*, message: Message, at_most: str) -> None:
    """Let everyone who shares the mailbox get so much at most."""
    if message.is_test:
        return
    for reader in readers_of(message):
        choosing.want_less(reader=reader, at_most=at_most, by=f"reader:{reader.ref}", source="mail_link")


def choose(*, message: Message, **chosen: Any) -> None:
    """Keep the choices of the one to whom a letter went, all at once; others at the same mailbox keep their own.

    Args:
        message: whose link was used.
        chosen: what `patients.choosing.choose` takes.
    """
    if said := _said_by(message):
        choosing.choose(**said, **chosen)


def stop_all(*, message: Message) -> None:
    """Stop all mail to the one to whom a letter went; others at the same mailbox keep their own."""
    if said := _said_by(message):
        choosing.stop_all(**said)


def _said_by(message: Message) -> dict[str, Any]:
    """Return who says something on the page of choices, and what proves it; nothing where it changes nothing."""
    if message.is_test or message.reader is None:
        return {}
    reader = choices.addressee_of(message.reader)
    by, proof = f"reader:{reader.ref}", {"message": message.ref}
    return {"reader": reader, "by": by, "source": "preference_centre", "evidence": proof}

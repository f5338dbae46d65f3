"""Makes letters, audiences and dispatches."""

from __future__ import annotations

from typing import Any

from delivery import actions
from delivery.envelope import Letter
from delivery.models import Dispatch, Message
from patients.addresses import address_hash
from patients.models import Basis, Consent, ContactPoint, Purpose, Reader
from tests.factories.patients import letter_reader

HTML = (
    "<html><body><p>Hello {first_name|friend &amp; neighbor},</p>"
    '<p><a href="{unsubscribe_url}">Stop</a> <a href="{preferences_url}">Choose</a> '
    '<a href="{why_url}">Why</a></p></body></html>'
)
TEXT = "Hello {first_name|friend & neighbor},\n\nStop: {unsubscribe_url}\n"


def letter(**attributes: Any) -> Letter:
    """Return a small letter with every kind of slot."""
    return Letter(
        **{
            "subject": "For you, {first_name|friend}",
            "html": HTML,
            "text": TEXT,
            "sender_name": "Juniper Row Dental",
            **attributes,
        }
    )


def audience(number: int) -> list[Reader]:
    """Return so many readers who get letters."""
    return [letter_reader(given_name=f"Given{n}", email=f"reader{n}@readers.example") for n in range(number)]


def shared_mailbox(*readers: Reader, address: str = "home@readers.example") -> None:
    """Let readers share one address."""
    for reader in readers:
        reader.contact_points.all().delete()
        ContactPoint.objects.create(reader=reader, channel="email", address=address)


def dispatch(occasion: str = "campaign:CA-TEST", **attributes: Any) -> Dispatch:
    """Return a dispatch of a small letter to all readers, ready to be started."""
    given: dict[str, Any] = {
        "occasion": occasion,
        "purpose": Purpose.OWN_SERVICES,
        "readers": Reader.objects.all(),
        "letter": letter(),
        "by": None,
        **attributes,
    }
    return actions.open_dispatch(**given)


def rows(of: Dispatch) -> dict[str, Message]:
    """Return a dispatch's messages by address."""
    return {message.address: message for message in of.messages.all()}


def crowd(number: int) -> None:
    """Write so many readers who get letters, quickly."""
    readers = Reader.objects.bulk_create(
        Reader(ref=f"RD-C{n:06}", kind=Reader.Kind.SUBSCRIBER, given_name=f"Given{n}", family_name="Crowd")
        for n in range(number)
    )
    addresses = {reader.pk: f"crowd{n}@readers.example" for n, reader in enumerate(readers)}
    ContactPoint.objects.bulk_create(
        ContactPoint(reader_id=pk, channel="email", address=address, address_hash=address_hash("email", address))
        for pk, address in addresses.items()
    )
    Consent.objects.bulk_create(
        Consent(
            reader=reader,
            channel="email",
            purpose=Purpose.OWN_SERVICES,
            is_given=True,
            basis=Basis.AGREED,
            wording_version="test-1",
            source="desk",
        )
        for reader in readers
    )

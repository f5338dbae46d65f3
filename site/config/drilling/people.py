"""Whom a drill writes to: an invented practice and its readers, in a database that the drill made itself."""

from __future__ import annotations

from delivery.audiences import Asked
from delivery.envelope import Letter
from delivery.models import Dispatch
from patients.addresses import address_hash
from patients.models import Basis, Channel, Consent, ContactPoint, Purpose, Reader, ReaderQuerySet
from practice.models import Location, Practice

KIND = "drill"
LETTER = Letter(
    subject="For you, {first_name|friend}",
    html='<html><body><p>Hello {first_name|friend},</p><p><a href="{unsubscribe_url}">Stop</a></p></body></html>',
    text="Hello {first_name|friend},\n\n.A line that begins with a dot.\n\nStop: {unsubscribe_url}\n",
    sender_name="Drill Dental",
)


class PeopleThere(Exception):
    """This database has people in it: a drill does not touch it."""


def settle_in() -> None:
    """Make the practice.

    Raises:
        PeopleThere: when the database is not an empty one.
    """
    if Practice.objects.exists() or Reader.objects.exists():
        raise PeopleThere
    practice = Practice.objects.create(
        name="Drill",
        legal_name="Drill Dental",
        domain="drill.example",
        sender_name="Drill Dental",
        sender_email="hello@drill.example",
        reply_email="desk@drill.example",
    )
    Location.objects.create(
        practice=practice, name="Drill", street="1 Drill", city="Drill", state="WA", zip_code="98399"
    )


def audience(campaign: int, number: int) -> ReaderQuerySet:
    """Return so many new readers who get letters."""
    family = _family(campaign)
    readers = Reader.objects.bulk_create(
        Reader(ref=f"RD-D{campaign:04}{n:06}", kind=Reader.Kind.SUBSCRIBER, given_name=f"Given{n}", family_name=family)
        for n in range(number)
    )
    addresses = [f"reader{n}.{campaign}@readers.example" for n in range(number)]
    ContactPoint.objects.bulk_create(
        ContactPoint(
            reader=reader,
            channel=Channel.EMAIL,
            address=address,
            address_hash=address_hash(Channel.EMAIL, address),
        )
        for reader, address in zip(readers, addresses, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(
            reader=reader,
            channel=Channel.EMAIL,
            purpose=Purpose.OWN_SERVICES,
            is_given=True,
            basis=Basis.AGREED,
            wording_version="drill-1",
            source="drill",
        )
        for reader in readers
    )
    return Reader.objects.filter(family_name=family)


def asked(dispatch: Dispatch) -> Asked:
    """Answer whom a letter of the drill is for, when the rest of its audience is frozen."""
    return Asked(Reader.objects.filter(family_name=_family(dispatch.freezing.question["campaign"])))


def _family(campaign: int) -> str:
    return f"Campaign {campaign}"

"""Readers who do not exist and a letter for them, for the figures of sending."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from content import mjml
from delivery import actions, audiences, freezing
from delivery.audiences import Asked
from delivery.envelope import Compiled, Letter, Marks, Sender
from delivery.models import Dispatch, Message
from patients.addresses import address_hash
from patients.models import Basis, Channel, Consent, ContactPoint, Patient, Purpose, Reader
from practice.models import Location, Practice

MARK = "RD-BENCH"
AT_ONCE = 5_000
SIZE = 43_000
WORDS = "Brushing for two minutes twice a day keeps teeth and gums well, and a visit now and then finds what is small. "
ROW = (
    "<mj-section><mj-column><mj-text>{words}</mj-text>"
    '<mj-button href="https://www.example.org/tips/">Read on</mj-button></mj-column></mj-section>'
)
FRAME = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{first_name|friend}}, from {{practice_name|us}}</mj-text>"
    "</mj-column></mj-section>{rows}<mj-section><mj-column><mj-text>"
    '<a href="{{view_url}}">View</a> <a href="{{unsubscribe_url}}">Stop</a> <a href="{{preferences_url}}">Choose</a> '
    '<a href="{{why_url}}">Why</a> <a href="{{refer_url}}">Tell a friend</a>'
    "</mj-text></mj-column></mj-section></mj-body></mjml>"
)
SENDER = Sender("hello@bench.example", "desk@bench.example", "bench.example")


class PeopleThere(RuntimeError):
    """The database holds patients who may be real: people who do not exist are not put among them."""


def letter() -> Letter:
    """Return a letter of 43 kB with every kind of slot."""
    rows, size = 0, 0
    while size < SIZE:
        rows += 1
        html = mjml.compile(FRAME.format(rows=ROW.format(words=WORDS * 3) * rows))
        text = "Hello {first_name|friend},\n\n" + f"{WORDS * 3}\n\n" * rows + "Stop: {unsubscribe_url}\n"
        found = Letter("For you, {first_name|friend}", html, text, "Bench Dental")
        size = sum(map(len, Compiled(found, SENDER, Marks()).pieces))
    return found


def prepare(number: int) -> None:
    """Have so many readers who get letters, and a practice that writes them.

    Raises:
        PeopleThere: where this is no demo, and somebody else is there already.
    """
    strangers = Patient.objects.exclude(reader__ref__startswith=MARK)
    if not settings.DEMO and strangers.exists():
        raise PeopleThere("Invented readers are put only into an empty database or a demo (DEMO=1).")
    if Practice.get() is None:
        practice = Practice.objects.create(
            name="Bench",
            legal_name="Bench Dental",
            sender_name="Bench Dental",
            domain=SENDER.domain,
            sender_email=SENDER.address,
            reply_email=SENDER.reply_to,
        )
        Location.objects.create(practice=practice, name="Bench", is_main=True, city="Port Ellery", state="WA")
    there = Reader.objects.filter(ref__startswith=MARK).count()
    for first in range(there, number, AT_ONCE):
        _add(range(first, min(number, first + AT_ONCE)))


def _add(numbers: range) -> None:
    location = Location.objects.first()
    readers = Reader.objects.bulk_create(
        Reader(ref=f"{MARK}{n:07}", kind=Reader.Kind.PATIENT, given_name=f"Given{n % 997}", family_name=f"Name{n}")
        for n in numbers
    )
    Patient.objects.bulk_create(
        Patient(ref=f"PT{one.ref.removeprefix('RD')}", reader=one, location=location) for one in readers
    )
    addresses = {one.pk: f"reader{n}@readers.example" for n, one in zip(numbers, readers, strict=True)}
    ContactPoint.objects.bulk_create(
        ContactPoint(
            reader_id=pk, channel=Channel.EMAIL, address=address, address_hash=address_hash(Channel.EMAIL, address)
        )
        for pk, address in addresses.items()
    )
    agreed = {"channel": Channel.EMAIL, "purpose": Purpose.OWN_SERVICES, "is_given": True, "basis": Basis.AGREED}
    Consent.objects.bulk_create(
        Consent(reader=one, wording_version="bench-1", source="bench", **agreed) for one in readers
    )


def age() -> None:
    """Let all that was sent be a year old: it stays, and holds nobody back."""
    long_ago = timezone.now() - timedelta(days=200)
    Message.objects.filter(settled_at__gte=long_ago).update(settled_at=F("settled_at") - timedelta(days=400))


def opened(written: Letter, number: int) -> Dispatch:
    """Return a dispatch to the first so many readers, frozen and not begun."""
    readers = Reader.objects.filter(ref__startswith=MARK).order_by("ref")
    last = readers[number - 1].ref
    chosen = Reader.objects.filter(ref__startswith=MARK, ref__lte=last)
    audiences.answer("bench", lambda _dispatch: Asked(chosen))
    dispatch = actions.open_dispatch(
        occasion=f"bench:{uuid4()}", purpose=Purpose.OWN_SERVICES, readers=chosen, letter=written, by=None
    )
    freezing.freeze_all(dispatch)
    return dispatch

"""Writes the people of a drill into a database that it made itself, and lets happen to them what happens to people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from config.drilling.crowd import Against, Change, Crowd, Somebody
from delivery.audiences import Asked
from delivery.envelope import Letter
from delivery.models import Dispatch
from patients import actions
from patients.addresses import address_hash, normal_address
from patients.models import (
    AtMost,
    Basis,
    Channel,
    Consent,
    ContactPoint,
    Patient,
    Purpose,
    Reader,
    Suppression,
)
from patients.models.people import birthday_of
from patients.policy import Contactable, adults_and_wards
from practice import clocks
from practice.models import Location, Practice

KIND = "drill"
LETTER = Letter(
    subject="For you, {first_name|friend}",
    html='<html><body><p>Hello {first_name|friend},</p><p><a href="{unsubscribe_url}">Stop</a></p></body></html>',
    text="Hello {first_name|friend},\n\n.A line that begins with a dot.\n\nStop: {unsubscribe_url}\n",
    sender_name="Drill Dental",
)
WORDING = "drill-1"
LONG = timedelta(days=400)
CHILDHOOD, GROWN_UP = timedelta(days=8 * 365), date(1955, 3, 14)
STATUS: dict[Against | None, str] = {
    Against.MOVED: Patient.Status.MOVED,
    Against.DECEASED: Patient.Status.DECEASED,
    Against.DISMISSED: Patient.Status.DISMISSED,
}


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


def ref(letter: int, number: int) -> str:
    """Return the name under which somebody of a crowd stands in the database."""
    return f"{_stem(letter)}{number:06}"


def write(crowd: Crowd) -> dict[int, int]:
    """Write a crowd into the database; return each one's number by their primary key."""
    today = clocks.today()
    readers = Reader.objects.bulk_create(
        Reader(
            ref=ref(crowd.letter, one.number),
            kind=Reader.Kind.PATIENT if one.is_patient else Reader.Kind.SUBSCRIBER,
            given_name=one.name,
            family_name=f"Letter {crowd.letter}",
            paused_until=today + LONG if one.against == Against.RESTS else None,
            at_most=AtMost.VISITS if one.against == Against.ONLY_VISITS else "",
        )
        for one in crowd.people
    )
    pairs = list(zip(readers, crowd.people, strict=True))
    ContactPoint.objects.bulk_create(_point(reader, one.mailbox) for reader, one in pairs if one.mailbox)
    Consent.objects.bulk_create(
        Consent(reader=reader, channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES, source=KIND, **_answer(one))
        for reader, one in pairs
        if one.against != Against.NEVER_ASKED and not one.is_child
    )
    _write_patients(pairs, today)
    Suppression.objects.bulk_create(
        Suppression(
            channel=Channel.EMAIL,
            address_hash=address_hash(Channel.EMAIL, mailbox),
            reason=Suppression.Reason.HARD_BOUNCE,
        )
        for mailbox in crowd.shut
    )
    return {reader.pk: one.number for reader, one in pairs}


def happens(change: Change, crowd: Crowd, whom: Somebody) -> None:
    """Let the database know of what happened to somebody, as the software has it."""
    reader = Reader.objects.get(ref=ref(crowd.letter, whom.number))
    if change == Change.SAYS_NO:
        actions.record_consent(
            reader=reader,
            channel=Channel.EMAIL,
            purpose=Purpose.OWN_SERVICES,
            is_given=False,
            basis=Basis.NONE,
            wording_version=WORDING,
            source=KIND,
            by=None,
        )
    elif change == Change.RESTS:
        actions.pause(reader=reader, until=clocks.today() + LONG, by=None)
    elif change == Change.DIES:
        actions.mark_deceased(patient=reader.patient, by=None)
    elif change == Change.BOUNCES:
        reason = Suppression.Reason.HARD_BOUNCE
        actions.suppress(channel=Channel.EMAIL, address=whom.mailbox, reason=reason, by=None)
    else:
        point = reader.contact_points.get()
        point.address = whom.mailbox
        point.save()


def audience(letter: int) -> Contactable:
    """Return whom a letter is for, asked as every campaign asks."""
    mine = Reader.objects.filter(ref__startswith=_stem(letter))
    return adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES).among(mine.values("pk"))


def asked(dispatch: Dispatch) -> Asked:
    """Answer whom a letter of the drill is for, when the rest of its audience is frozen."""
    return Asked(audience(dispatch.freezing.question["campaign"]))


def _stem(letter: int) -> str:
    return f"RD-D{letter:04}"


def _point(reader: Reader, mailbox: str) -> ContactPoint:
    address = normal_address(Channel.EMAIL, mailbox)
    digest = address_hash(Channel.EMAIL, address)
    return ContactPoint(reader=reader, channel=Channel.EMAIL, address=address, address_hash=digest)


def _answer(one: Somebody) -> dict[str, Any]:
    if one.against == Against.SAID_NO:
        return {"is_given": False, "basis": Basis.NONE, "wording_version": WORDING}
    basis = Basis.MAY_OBJECT if one.against == Against.MOVED else Basis.AGREED
    return {"is_given": True, "basis": basis, "wording_version": WORDING}


def _write_patients(pairs: list[tuple[Reader, Somebody]], today: date) -> None:
    written: dict[int, Patient] = {}
    for reader, one in pairs:
        if one.is_patient:
            born_on = today - CHILDHOOD if one.is_child else GROWN_UP
            status = STATUS.get(one.against, Patient.Status.ACTIVE)
            written[one.number] = Patient(
                ref=reader.ref,  # a name drawn by lot may fall on two of one crowd
                reader=reader,
                born_on=born_on,
                birthday=birthday_of(born_on),
                status=status,
            )
    Patient.objects.bulk_create(written.values())
    answered_for = [one for _, one in pairs if one.is_child and one.adult is not None]
    for one in answered_for:
        written[one.number].responsible = written[one.adult or 0]
    Patient.objects.bulk_update([written[one.number] for one in answered_for], ["responsible"])

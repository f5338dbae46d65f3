"""Signing up for the letter: a link by mail, and only who holds the mailbox becomes a reader."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from delivery import links, rendering
from delivery.actions import put
from delivery.models import Message
from delivery.states import MessageState
from journal.recording import record
from patients import topics, wordings
from patients.actions import pause, restore_address
from patients.addresses import address_hash, normal_address
from patients.choosing import want
from patients.models import Basis, Channel, ContactPoint, Patient, Purpose, Reader, Suppression
from practice import clocks
from practice.actions import NobodyHere, promise
from practice.follow_ups import FollowUp

WORDING = "subscribe-2026-11"
wordings.show(
    WORDING,
    format_lazy(
        "{} {}. {}",
        _("Would you like our letter?"),
        _("Yes, send me the letter"),
        _(
            "Each letter has a link that stops it right away. If you did not ask for this, do nothing. We will not"
            " write again."
        ),
    ),
)
CONFIRM_WITHIN = timedelta(days=7)
OCCASION = "subscription"
NOT_WRITTEN_TO = (Patient.Status.DECEASED, Patient.Status.DISMISSED)


@transaction.atomic
def ask_to_subscribe(*, address: str, language: str = "en") -> Message:
    """Send the link that confirms a sign-up; nothing else is kept, and every address gets the same answer.

    Args:
        address: which somebody typed, perhaps not their own; one mail a day at most goes there.
        language: of the mail.

    Returns:
        The message with the link; the one of today where there was one.
    """
    message = Message()
    context = {"confirm_url": links.url("confirm", message)}
    letter = rendering.render("subscription", context, language=language)
    asked = put(letter, to=address, occasion=f"{OCCASION}:{clocks.today():%Y-%m-%d}", message=message)
    _leave_out_who_complained(asked)
    return asked


def _leave_out_who_complained(message: Message) -> None:
    """Send nothing to a mailbox that marked us as spam: its word is stronger than a form's, which anybody may fill in.

    It is one question for every address, so that nobody learns from the answer or its time which are shut.
    """
    complaint = Suppression.objects.filter(
        channel=Channel.EMAIL, address_hash=OuterRef("address_hash"), reason=Suppression.Reason.COMPLAINT
    )
    Message.objects.filter(Exists(complaint), pk=message.pk, state=MessageState.QUEUED).update(
        state=MessageState.SKIPPED, reason="suppressed", settled_at=timezone.now(), next_try_at=None
    )


def is_confirmable(message: Message) -> bool:
    """Return whether a message is a sign-up's and its link still holds."""
    is_ours = message.dispatch_id is None and message.occasion.startswith(f"{OCCASION}:")
    return is_ours and timezone.now() - message.queued_at <= CONFIRM_WITHIN


@transaction.atomic
def confirm_subscription(*, message: Message) -> Reader:
    """Make the one who holds the mailbox a reader of the letter, or note the yes of the one who is known there.

    A break, and what somebody once asked of the practice, end with it. A mailbox that marked us as spam stays shut,
    and nothing is written to somebody who died or was dismissed: there a colleague looks first.

    Args:
        message: whose link was followed and confirmed by a post; said twice, it is one yes.

    Returns:
        The reader.
    """
    address = normal_address(Channel.EMAIL, message.address)
    digest = address_hash(Channel.EMAIL, address)
    Message.objects.select_for_update().get(pk=message.pk)  # two posts at once make one reader
    sharing = (
        ContactPoint.objects.select_related("reader")
        .filter(channel=Channel.EMAIL, address_hash=digest, is_primary=True)
        .exclude(reader__kind__in=[Reader.Kind.OFFICE, Reader.Kind.STAFF])
        .order_by("pk")
    )
    point = sharing.exclude(reader__patient__status__in=NOT_WRITTEN_TO).first()
    if point is None and (known := sharing.first()) is not None:
        _let_a_colleague_look(known.reader, message)
        return known.reader
    if point is None:
        reader = Reader.objects.create(kind=Reader.Kind.SUBSCRIBER, language=message.language)
        point = ContactPoint(reader=reader, channel=Channel.EMAIL, address=address)
    if point.verified_at is None:
        point.verified_at = timezone.now()
        point.save()
    _say_yes(point.reader, message)
    by = f"reader:{point.reader.ref}"
    pause(reader=point.reader, until=None, by=by)
    if restore_address(channel=Channel.EMAIL, address=address, by=by) == Suppression.Reason.COMPLAINT:
        _let_a_colleague_look(point.reader, message)
    return point.reader


def _say_yes(reader: Reader, message: Message) -> None:
    by = f"reader:{reader.ref}"
    standing = reader.consents.standing().filter(channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES)
    is_news = not standing.filter(is_given=True, basis=Basis.AGREED).exists()
    want(
        reader=reader,
        topic=topics.LETTER.name,
        channel=Channel.EMAIL,
        wording_version=WORDING,
        source="double_opt_in",
        by=by,
        evidence={"message": message.ref, "language": message.language},
    )
    if not is_news:
        return
    record("subscription.confirmed", subject=reader, by=by, message=message.ref)


def _let_a_colleague_look(reader: Reader, message: Message) -> None:
    """Promise that somebody looks, once for each link; where nobody works yet, nobody does."""
    with suppress(NobodyHere):
        promise(
            what="Asks for the letter from a mailbox that we do not write to",
            kind=FollowUp.Kind.LETTER,
            by=f"reader:{reader.ref}",
            concerns=reader,
            once=message.ref,
        )

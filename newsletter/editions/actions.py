"""What people do here: begin a letter from another, ask for the letter, confirm that they asked."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from accounts.models import User
from delivery import links, rendering
from delivery.actions import put
from delivery.models import Message
from journal.models import Entry
from journal.recording import name_of, record
from newsletter.editions.models import EditionPage
from patients.actions import record_consent
from patients.addresses import address_hash, normal_address
from patients.models import Basis, Channel, ContactPoint, Purpose, Reader

WORDING = "subscribe-2026-11"
CONFIRM_WITHIN = timedelta(days=7)
OCCASION = "subscription"
DOUBLE_CLICK = timedelta(seconds=60)


@transaction.atomic
def ask_to_subscribe(*, address: str, language: str = "en") -> Message:
    """Send the link that confirms a sign-up; nothing else is kept, and known and unknown addresses get the same.

    Args:
        address: which somebody typed, perhaps not their own; one mail a day at most goes there.
        language: of the mail.

    Returns:
        The message with the link; the one of today where there was one.
    """
    message = Message()
    context = {"confirm_url": links.url("confirm", message)}
    letter = rendering.render("subscription", context, language=language)
    return put(letter, to=address, occasion=f"{OCCASION}:{timezone.localdate():%Y-%m-%d}", message=message)


def is_confirmable(message: Message) -> bool:
    """Return whether a message is a sign-up's and its link still holds."""
    is_ours = message.dispatch_id is None and message.occasion.startswith(f"{OCCASION}:")
    return is_ours and timezone.now() - message.queued_at <= CONFIRM_WITHIN


@transaction.atomic
def confirm_subscription(*, message: Message) -> Reader:
    """Make the one who holds the mailbox a reader of the letter, or note the yes of the one who is known there.

    Args:
        message: whose link was followed and confirmed by a post; said twice, it is one yes.

    Returns:
        The reader.
    """
    address = normal_address(Channel.EMAIL, message.address)
    digest = address_hash(Channel.EMAIL, address)
    Message.objects.select_for_update().get(pk=message.pk)  # two posts at once make one reader
    point = (
        ContactPoint.objects.select_related("reader")
        .filter(channel=Channel.EMAIL, address_hash=digest, is_primary=True)
        .exclude(reader__kind__in=[Reader.Kind.OFFICE, Reader.Kind.STAFF])
        .order_by("pk")
        .first()
    )
    if point is None:
        reader = Reader.objects.create(kind=Reader.Kind.SUBSCRIBER, language=message.language)
        point = ContactPoint(reader=reader, channel=Channel.EMAIL, address=address)
    if point.verified_at is None:
        point.verified_at = timezone.now()
        point.save()
    by = f"reader:{point.reader.ref}"
    standing = point.reader.consents.standing().filter(channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES)
    if not standing.filter(is_given=True, basis=Basis.AGREED).exists():
        record_consent(
            reader=point.reader,
            channel=Channel.EMAIL,
            purpose=Purpose.OWN_SERVICES,
            is_given=True,
            basis=Basis.AGREED,
            wording_version=WORDING,
            source="double_opt_in",
            by=by,
            evidence={"message": message.ref},
        )
        record("subscription.confirmed", subject=point.reader, by=by, message=message.ref)
    return point.reader


@transaction.atomic
def new_from(*, edition: EditionPage, by: User) -> EditionPage:
    """Copy a letter as the draft of the month after it, for its editor to change; a double click makes one.

    Args:
        edition: the letter to begin from; its newest published text is copied.
        by: who writes the new one.

    Returns:
        The new draft, dated the same day of the next month, or today where that has passed; the one that this person
        made of it a moment ago, where they clicked twice.
    """
    User.objects.select_for_update().get(pk=by.pk)  # one click of a person after the other
    if (made := _just_made(edition, by)) is not None:
        return made
    day = max(_a_month_later(edition.issued_on), timezone.localdate())
    month = date_format(day, "F")
    parent = edition.get_parent()
    slug, number = slugify(month), 1
    taken = set(EditionPage.objects.child_of(parent).filter(issued_on__year=day.year).values_list("slug", flat=True))
    while slug in taken:
        number += 1
        slug = f"{slugify(month)}-{number}"
    title = date_format(day, "F Y")
    copy: EditionPage = edition.copy(
        update_attrs={"title": title, "draft_title": title, "slug": slug, "issued_on": day},
        keep_live=False,
        copy_revisions=False,
        user=by,
    )
    record("edition.copied", subject=copy, by=by, source=edition.ref)
    return copy


def _just_made(edition: EditionPage, by: User) -> EditionPage | None:
    """Return the draft that `by` copied from this letter within a minute; on a page drawn since, it is that draft."""
    copied = Entry.objects.filter(verb="edition.copied", by=name_of(by), at__gt=timezone.now() - DOUBLE_CLICK).first()
    if copied is None:
        return None
    ref = copied.subject.partition(":")[2]
    is_of_it = edition.ref in {ref, copied.particulars["source"]}
    found: EditionPage | None = EditionPage.objects.filter(ref=ref).first() if is_of_it else None
    return found


def _a_month_later(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))

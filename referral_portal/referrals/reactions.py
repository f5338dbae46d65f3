"""What follows when a patient tells a friend: two mails to the referrer, one notice to the coordinators."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from delivery.actions import send_one
from delivery.models import Message
from journal.models import Entry
from journal.reacting import on
from patients.models import Reader
from practice.models import Practice
from referral_portal.referrals import policy
from referral_portal.referrals.actions import create_links
from referral_portal.referrals.models import Referral


@on("referral.told", "referral.named")
def the_referrer_hears_that_it_arrived(entry: Entry) -> None:
    """Write to whoever told a friend: it arrived, thank you. Nothing about the friend stands in it."""
    _write_to_referrer("referral_arrived", entry)


@on("referral.thanked")
def the_referrer_hears_that_they_were_thanked(entry: Entry) -> None:
    """Write to the referrer who thanked them, and how."""
    _write_to_referrer("referral_thanked", entry)


@on("referral.agreed", "referral.named")
def the_coordinators_hear_of_a_friend(entry: Entry) -> None:
    """Tell those who handle referrals that somebody waits for a call: a reference and a link, no name."""
    referral = _of(entry)
    if referral is None:
        return
    handlers = User.objects.filter(grants__role=Role.COORDINATOR, grants__ended_at__isnull=True, is_active=True)
    addresses = sorted(set(handlers.values_list("email", flat=True)))
    practice = Practice.get()
    if not addresses and practice:
        addresses = [practice.reply_email]
    for address in addresses:
        send_one(
            name="referral_waiting",
            to=address,
            occasion=str(entry.pk),
            context={"ref": referral.ref, "url": settings.SITE_URL + reverse("inbox:item", args=[referral.ref])},
        )


@on("dispatch.opened")
def its_readers_get_their_own_link(entry: Entry) -> None:
    """Make the links of a letter's readers before they open it, so that a reading changes nothing."""
    ref = entry.subject.partition(":")[2]
    readers = Message.objects.filter(dispatch__ref=ref, reader__isnull=False).values("reader")
    create_links(readers=Reader.objects.filter(pk__in=readers, kind__in=policy.WRITERS))


def _of(entry: Entry) -> Referral | None:
    ref = entry.subject.partition(":")[2]
    return Referral.objects.select_related("referrer").filter(ref=ref).first()


def _write_to_referrer(name: str, entry: Entry) -> None:
    referral = _of(entry)
    address = referral.referrer.address() if referral else ""
    if referral is None or not address:
        return
    reader = referral.referrer
    send_one(
        name=name,
        to=address,
        occasion=str(entry.pk),
        context={
            "first_name": reader.given_name,
            "thanked_name": referral.thanked_name,
            "thanked_how": Referral.Thanks(referral.thanked_how).label if referral.thanked_how else "",
        },
        reader=reader,
        language=reader.language,
    )

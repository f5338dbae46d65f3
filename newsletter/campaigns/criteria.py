"""What segments may ask about our letters: who got one lately, and which campaigns use a segment."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.models import Dispatch, Message
from delivery.states import MessageState
from newsletter.campaigns.models import Campaign
from patients import segments
from patients.models import Channel, ContactPoint
from patients.segments import How, Person, Place, Span, Values, spans

LETTERS = gettext_lazy("Letters and friends")


def enter() -> None:
    """Enter the question, and the answer to what uses a segment."""
    lately = (Span("span", gettext_lazy("How long"), start="12 months"),)
    segments.criterion(
        "letter",
        label=gettext_lazy("Our letters"),
        group=LETTERS,
        hows=[
            How(
                "within",
                gettext_lazy("reached them in the last"),
                gettext_lazy("who *got a letter* in the last *{span}*"),
                lambda values, place: _reached(place, _since(values, place.day)),
                lambda values, person: any(day >= _since(values, person.day) for day in _days(person)),
                lately,
            ),
            How(
                "not_within",
                gettext_lazy("did not reach them in the last"),
                gettext_lazy("who *got no letter* in the last *{span}*"),
                lambda values, place: ~_reached(place, _since(values, place.day)),
                lambda values, person: not any(day >= _since(values, person.day) for day in _days(person)),
                lately,
            ),
            How(
                "never",
                gettext_lazy("never reached them"),
                gettext_lazy("who *never got a letter*"),
                lambda values, place: ~_reached(place, None),
                lambda values, person: not _days(person),
            ),
        ],
    )
    segments.used_by(uses)


def uses(key: str) -> list[tuple[str, str]]:
    """Return the letters of a segment that are being written or sent, as labels and addresses."""
    waiting = Campaign.objects.filter(segment=key).select_related("edition", "dispatch")[:20]
    return [
        (
            _("the letter “%(letter)s” (%(stage)s)")
            % {"letter": campaign.edition.title, "stage": str(campaign.stage_label).lower()},
            reverse("newsletters:send", args=[campaign.edition_id]),
        )
        for campaign in waiting
    ]


def _since(values: Values, day: date) -> date:
    return spans.before(day, *segments.parted(values["span"]))


def _reached(place: Place, since: date | None) -> Q:
    """Ask by address, not by name: a mailbox that several share gets one letter for all of them.

    The readers are one list, made once: SQLite would read the letters' rows anew for each of a million.
    """
    sent = Dispatch.objects.filter(campaign__isnull=False)
    if since is not None:
        sent = sent.filter(started_at__gte=place.start_of(since))
    letters = Message.objects.filter(dispatch__in=sent.order_by().values("pk"), state=MessageState.ACCEPTED)
    mailboxes = ContactPoint.objects.filter(
        channel=Channel.EMAIL, address_hash__in=letters.order_by().values("address_hash")
    )
    return place.of_reader(pk__in=mailboxes.values("reader"))


def _days(person: Person) -> list[date]:
    """Return on which days letters went out that reached one of a person's mailboxes."""
    mailboxes = person.reader.contact_points.filter(channel=Channel.EMAIL).values_list("address_hash", flat=True)
    letters = Message.objects.filter(
        address_hash__in=list(mailboxes), state=MessageState.ACCEPTED, dispatch__campaign__isnull=False
    ).select_related("dispatch")
    moments = [letter.dispatch.started_at for letter in letters if letter.dispatch]
    return [moment.astimezone(person.zone).date() for moment in moments if moment is not None]

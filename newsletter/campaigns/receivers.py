"""Those who got a letter: whom its correction is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from delivery.models import Message
from delivery.states import MessageState
from journal.models import Entry
from journal.recording import name_of
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage
from patients.models import Channel, ContactPoint
from patients.segments import Group, Line, Match, Question, Saved, compiled

GOT = "got:"


@dataclass(frozen=True)
class GotIt(Saved):
    """Everyone to whom a letter was sent: nobody saves this question, and nobody changes it."""

    campaign: Campaign | None = None

    LEFT: ClassVar[list[str]] = [MessageState.ACCEPTED, MessageState.UNKNOWN]

    @property
    def sentence(self) -> str:
        """Return it in words."""
        return gettext("Everyone whose mail server took it, or may have taken it.")

    def meant(self, among: Line | None = None) -> Question:
        """Return whom it means: those whom a letter that left named, and those whose mailbox got one."""
        assert self.campaign is not None
        left = Message.objects.filter(dispatch=self.campaign.dispatch_id, state__in=self.LEFT).order_by()
        mailboxes = ContactPoint.objects.filter(
            Exists(left.filter(address_hash=OuterRef("address_hash"))), reader=OuterRef("pk"), channel=Channel.EMAIL
        )
        condition = Q(Exists(left.filter(reader=OuterRef("pk")))) | Q(Exists(mailboxes))
        if among is not None:
            condition &= Q(pk__in=compiled(Group(Match.ALL, (among,))).keys())
        return Question(condition, is_of_patients=False)


def got(edition: EditionPage) -> GotIt:
    """Return those who got a letter.

    Raises:
        Campaign.DoesNotExist: when it was not sent.
    """
    campaign = Campaign.objects.get(edition=edition, dispatch__isnull=False)
    label = gettext("Everyone who got “%(letter)s”") % {"letter": edition.title}
    return GotIt(f"{GOT}{campaign.ref}", label, {}, is_clinical=was_clinical(campaign), campaign=campaign)


def was_clinical(campaign: Campaign) -> bool:
    """Return whether its people were chosen by their health, as it stood when it was sent."""
    started = Entry.objects.filter(verb="campaign.started", subject=name_of(campaign)).first()
    return bool(started and started.particulars.get("clinical"))

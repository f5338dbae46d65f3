"""What became of a letter: figures that add up to the letters, and those that did not arrive by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delivery.models import Message
from delivery.states import MessageState
from newsletter.campaigns.models import Campaign

MOST_NAMES = 200
REASONS: dict[str, str | Promise] = {
    "objected": _("unsubscribed"),
    "paused": _("paused"),
    "deceased": _("no longer with us"),
    "dismissed": _("no longer with us"),
    "erased": _("erased"),
    "no_address": _("no longer has an address"),
    "address_changed": _("has another address now"),
    "suppressed": _("address bounced or was blocked"),
    "declined": _("do not want this topic"),
    "only_visits": _("only want to hear about their visits"),
    "moved": _("moved away"),
    "no_adult": _("are under 18, and no responsible adult is on file"),
    "enough": _("had as many letters as they want for now"),
    "capped": _("got as many letters in 30 days as we send at most"),
    "merged": _("are one with somebody else by now"),
    "cancelled": _("stopped before it was their turn"),
}


@dataclass(frozen=True)
class NotArrived:
    """One letter that is not known to have arrived: whose, and the server's words."""

    name: str
    reason: str


@dataclass(frozen=True)
class Results:
    """The figures of one campaign; all of them together are `letters`."""

    letters: int = 0
    accepted: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    waiting: int = 0
    people: int = 0
    failures: list[NotArrived] = field(default_factory=list)
    uncertain: list[NotArrived] = field(default_factory=list)
    left_out: list[tuple[str | Promise, int]] = field(default_factory=list)

    @property
    def settled(self) -> int:
        """Return how many letters have come to their end."""
        return self.letters - self.waiting


def of(campaign: Campaign) -> Results:
    """Return the figures of a campaign; nothing but zeros before it is started."""
    if campaign.dispatch is None:
        return Results()
    counts = campaign.dispatch.counts()
    ended = {state: counts[state] for state in ("accepted", "failed", "skipped", "unknown")}
    letters = campaign.dispatch.messages.all()
    sharing = sum(len(also) for also in letters.exclude(also=[]).values_list("also", flat=True))
    return Results(
        letters=counts["total"],
        waiting=counts["total"] - sum(ended.values()),
        people=counts["total"] + sharing,
        failures=_named(campaign, MessageState.FAILED),
        uncertain=_named(campaign, MessageState.UNKNOWN),
        left_out=_left_out(campaign),
        **ended,
    )


def accepted_of(campaigns: Iterable[Campaign]) -> dict[int, tuple[int, int]]:
    """Return for each campaign that was started how many letters were accepted, and of how many; one question."""
    dispatches = {campaign.dispatch_id: campaign.pk for campaign in campaigns if campaign.dispatch_id}
    rows = (
        Message.objects.filter(dispatch__in=dispatches)
        .order_by()
        .values("dispatch")
        .annotate(accepted=Count("pk", filter=Q(state=MessageState.ACCEPTED)), letters=Count("pk"))
        .values_list("dispatch", "accepted", "letters")
    )
    return {dispatches[dispatch]: (accepted, letters) for dispatch, accepted, letters in rows}


def _named(campaign: Campaign, state: str) -> list[NotArrived]:
    assert campaign.dispatch is not None
    rows = campaign.dispatch.messages.filter(state=state).select_related("reader").order_by("pk")[:MOST_NAMES]
    return [NotArrived(str(row.reader) if row.reader else "", row.reason) for row in rows]


def _left_out(campaign: Campaign) -> list[tuple[str | Promise, int]]:
    rows = Message.objects.filter(dispatch=campaign.dispatch, state=MessageState.SKIPPED)
    found: dict[str | Promise, int] = {}
    for reason, number in rows.order_by().values_list("reason").annotate(Count("pk")):
        label = REASONS.get(reason, reason)
        found[label] = found.get(label, 0) + number
    return sorted(found.items(), key=lambda line: -line[1])

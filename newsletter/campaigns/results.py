"""What became of a letter: figures that add up to the letters, and those that did not arrive by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delivery.models import Message
from delivery.settling import NOT_THERE
from delivery.states import SENDING, MessageState
from newsletter.campaigns import tally
from newsletter.campaigns.models import Campaign

MOST_NAMES, MOST_REASONS = 20, 8
ENOUGH_TO_TELL = 20
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
    NOT_THERE: _("did not arrive, as somebody found out"),
}


@dataclass(frozen=True)
class NotArrived:
    """One letter that is not known to have arrived: whose, the server's words, and its name for what is done to it."""

    name: str
    reason: str | Promise
    ref: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a sending is; all figures together are `letters`."""

    letters: int = 0
    accepted: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    waiting: int = 0
    deferred: int = 0
    next_try_at: datetime | None = None
    minutes_left: int | None = None

    @property
    def settled(self) -> int:
        """Return how many letters have come to their end."""
        return self.letters - self.waiting

    @property
    def to_go(self) -> int:
        """Return how many wait for their first turn."""
        return self.waiting - self.deferred


@dataclass(frozen=True)
class Results(Progress):
    """The figures of one campaign, and those who did not get it by name."""

    people: int = 0
    failures: list[NotArrived] = field(default_factory=list)
    failed_for: list[tuple[str, int]] = field(default_factory=list)
    uncertain: list[NotArrived] = field(default_factory=list)
    left_out: list[tuple[str | Promise, int]] = field(default_factory=list)


def progress(campaign: Campaign) -> Progress:
    """Return how far it is; nothing but zeros before it is started. Two questions at most."""
    return Progress(**_figures(campaign))


def of(campaign: Campaign, *, with_names: bool = True) -> Results:
    """Return the figures of a campaign; nothing but zeros before it is started.

    Args:
        campaign: with its dispatch.
        with_names: whether whoever asks may know who the readers are.
    """
    if campaign.dispatch is None:
        return Results()
    figures = _figures(campaign)
    return Results(
        **figures,
        people=figures["letters"] + tally.sharing(campaign.dispatch),
        failures=_named(campaign, MessageState.FAILED, with_names=with_names) if figures["failed"] else [],
        failed_for=_failed_for(campaign) if figures["failed"] else [],
        uncertain=_named(campaign, MessageState.UNKNOWN, with_names=with_names) if figures["unknown"] else [],
        left_out=_left_out(campaign) if figures["skipped"] else [],
    )


def _figures(campaign: Campaign) -> dict[str, Any]:
    if campaign.dispatch is None:
        return {}
    counts = tally.counts(campaign.dispatch)
    ended = {state: counts[state] for state in ("accepted", "failed", "skipped", "unknown")}
    waiting, deferred = counts["total"] - sum(ended.values()), counts["deferred"]
    return {
        "letters": counts["total"],
        "waiting": waiting,
        "deferred": deferred,
        "next_try_at": tally.next_try(campaign.dispatch) if deferred else None,
        "minutes_left": _minutes_left(campaign, sum(ended.values()), waiting - deferred),
        **ended,
    }


def _minutes_left(campaign: Campaign, settled: int, to_go: int) -> int | None:
    """Return how long the rest takes at the pace until now; None where it rests, or nobody can tell yet."""
    if campaign.stage not in SENDING or campaign.started_at is None or settled < ENOUGH_TO_TELL or not to_go:
        return None
    taken = (timezone.now() - campaign.started_at).total_seconds()
    return max(1, round(taken / settled * to_go / 60))


def accepted_of(campaigns: Iterable[Campaign]) -> dict[int, tuple[int, int]]:
    """Return for each campaign that was started how many letters were accepted, and of how many; one question."""
    dispatches = {campaign.dispatch_id: campaign.pk for campaign in campaigns if campaign.dispatch_id}
    return {dispatches[dispatch]: numbers for dispatch, numbers in tally.accepted(dispatches).items()}


def _named(campaign: Campaign, state: str, *, with_names: bool) -> list[NotArrived]:
    assert campaign.dispatch is not None
    rows = campaign.dispatch.messages.filter(state=state).select_related("reader").order_by("pk")[:MOST_NAMES]
    return [
        NotArrived(str(row.reader) if row.reader and with_names else gettext("Somebody"), reason_of(row), row.ref)
        for row in rows
    ]


def reason_of(letter: Message) -> str | Promise:
    """Return why a letter stands where it stands, in words; "" where there is nothing to say."""
    return REASONS.get(letter.reason, letter.reason)


def _failed_for(campaign: Campaign) -> list[tuple[str, int]]:
    """Return the server's words that were said most often, each with its number."""
    rows = Message.objects.filter(dispatch=campaign.dispatch, state=MessageState.FAILED).order_by()
    counted = rows.values_list("reason").annotate(number=Count("pk")).order_by("-number", "reason")
    return [(str(REASONS.get(reason, reason)), number) for reason, number in counted[:MOST_REASONS]]


def _left_out(campaign: Campaign) -> list[tuple[str | Promise, int]]:
    rows = Message.objects.filter(dispatch=campaign.dispatch, state=MessageState.SKIPPED)
    found: dict[str | Promise, int] = {}
    for reason, number in rows.order_by().values_list("reason").annotate(Count("pk")):
        label = REASONS.get(reason, reason)
        found[label] = found.get(label, 0) + number
    return sorted(found.items(), key=lambda line: -line[1])

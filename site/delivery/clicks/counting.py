"""Counts what was followed, and tells readers from machines that look into mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from delivery.clicks.models import Click, Link

# who says by itself that nobody reads here: crawlers, libraries, and the mail scanners that give their name
_MACHINE = re.compile(
    r"bot\b|crawl|spider|preview|scan|curl|wget|python|java/|go-http|okhttp|libwww|headless|barracuda|mimecast"
    r"|proofpoint|ironport|trendmicro|symantec|sophos|forcepoint|fireeye|bitdefender|zscaler",
    re.IGNORECASE,
)
HURRY, MOST_IN_A_HURRY = timedelta(seconds=10), 3
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Followed:
    """How often a link was followed by people, and how often by machines."""

    link: Link
    people: int = 0
    machines: int = 0


def count(link: Link, request: HttpRequest) -> Click:
    """Write that a link was followed.

    Whoever follows three links of a letter within ten seconds reads none of them: a scanner at the mailbox does that.
    What it followed before counts as a machine's then, too.
    """
    now = timezone.now()
    agent = request.headers.get("User-Agent", "")
    visitor = _visitor(request, agent, now)
    is_machine = not agent or bool(_MACHINE.search(agent))
    click = Click.objects.create(link=link, visitor=visitor, is_machine=is_machine, at=now)
    if not is_machine:
        here = Click.objects.filter(visitor=visitor, at__gte=now - HURRY, link__dispatch=link.dispatch_id)
        if here.values("link").distinct().count() >= MOST_IN_A_HURRY:
            Click.objects.filter(pk__in=list(here.values_list("pk", flat=True))).update(is_machine=True)
    return click


def by_link(dispatch_pk: int) -> list[Followed]:
    """Return each link of a dispatch with how often it was followed, in the order of the letter; one question."""
    people = Count("clicks", filter=Q(clicks__is_machine=False))
    machines = Count("clicks", filter=Q(clicks__is_machine=True))
    links = Link.objects.filter(dispatch=dispatch_pk).annotate(people=people, machines=machines).order_by("pk")
    found: dict[tuple[str, int], Followed] = {}
    for link in links:  # where two letters were compared, the same link stands in each of them
        name = (link.url_hash, link.nth)
        before = found.get(name, Followed(link))
        found[name] = Followed(before.link, before.people + link.people, before.machines + link.machines)
    return list(found.values())


def visitors(dispatch_pk: int, *, until: datetime) -> dict[str, int]:
    """Return for each arm of a dispatch how many people followed a link of it, each once however many they followed.

    Who shares a network and a browser counts as one, who comes back on another day as another; what tells them apart is
    forgotten after a day, so this can be asked for a day only.

    Args:
        dispatch_pk: of the dispatch.
        until: later clicks do not count.
    """
    clicks = Click.objects.filter(link__dispatch=dispatch_pk, is_machine=False, at__lte=until).exclude(visitor="")
    found = clicks.order_by().values_list("link__arm").annotate(Count("visitor", distinct=True))
    return {arm: number for arm, number in found if arm}


def by_dispatch(dispatch_pks: Iterable[int]) -> dict[int, int]:
    """Return how often links of each dispatch were followed by people; one question."""
    clicks = Click.objects.filter(link__dispatch__in=list(dispatch_pks), is_machine=False).order_by()
    return dict(clicks.values_list("link__dispatch").annotate(Count("pk")))


def forget_visitors() -> int:
    """Forget what tells visitors apart once their day is over; return of how many clicks."""
    return Click.objects.filter(at__lt=timezone.now() - REMEMBERED).exclude(visitor="").update(visitor="")


def _visitor(request: HttpRequest, agent: str, now: datetime) -> str:
    """Return what tells two visitors of a day apart; tomorrow it is another."""
    told = f"{now:%Y-%m-%d}:{request.META.get('REMOTE_ADDR', '')}:{agent}"
    return salted_hmac("goodword.click", told, algorithm="sha256").hexdigest()[:32]

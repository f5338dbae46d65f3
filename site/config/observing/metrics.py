"""Figures for whoever watches the machine: what waits, what is under way, and since when; never of whom."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, exposition
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.doors import public
from accounts.middleware import WAS_FORWARDED
from config.tasks import ALIVE
from delivery.models import Dispatch, Lease, Message, Report
from delivery.states import DispatchState, MessageState
from journal.models import Reaction


class House(Collector):
    """Asks the database at each reading; every question is answered by a partial index, or by few rows."""

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what there is is found out when it is asked."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Return the figures of this moment."""
        now = timezone.now()
        yield _by_label(
            "goodword_dispatches",
            "Sendings, by the state in which they stand.",
            "state",
            dict.fromkeys(DispatchState.values, 0)
            | dict(Dispatch.objects.order_by().values_list("state").annotate(Count("pk"))),
        )
        sending = Dispatch.objects.running().order_by()
        letters = Message.objects.due(now).filter(dispatch__in=sending)
        singles = Message.objects.due(now).filter(dispatch=None)
        waiting = {"letter": letters, "single": singles}
        yield _by_label(
            "goodword_messages_due",
            "Messages whose time has come and that nobody has taken yet.",
            "kind",
            {kind: rows.order_by().count() for kind, rows in waiting.items()},
        )
        yield _by_label(
            "goodword_message_waits_seconds",
            "How long the message that has been due for longest has waited.",
            "kind",
            {kind: _wait(rows, now) for kind, rows in waiting.items()},
        )
        held = Message.objects.filter(lease__isnull=False, state=MessageState.CLAIMED).order_by()
        yield _one("goodword_messages_held", "Messages that workers are sending.", held.count())
        leases = Lease.objects.filter(expires_at__lt=now)
        yield _one("goodword_leases_expired", "Leases of workers that are gone, to be taken back.", leases.count())
        reports = Report.objects.filter(look_at__isnull=False)
        yield _one("goodword_reports_waiting", "Reports of mail providers that nobody has read yet.", reports.count())
        undone = Reaction.objects.filter(done_at__isnull=True)
        yield _one("goodword_reactions_waiting", "News that waits for its reactions.", undone.count())
        sign = settings.VAR / ALIVE
        if sign.exists():
            age = max(0.0, time.time() - sign.stat().st_mtime)
            yield _one("goodword_worker_seen_seconds", "Since when no worker of this machine was seen.", age)


def registry() -> CollectorRegistry:
    """Return the house's figures and those of this process."""
    found = CollectorRegistry(auto_describe=False)
    found.register(House())
    ProcessCollector(registry=found)
    PlatformCollector(registry=found)
    GCCollector(registry=found)
    return found


@require_safe
@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in the Prometheus text format, to whoever shows METRICS_TOKEN or asks from this very machine.

    Raises:
        PermissionDenied: to everybody else.
    """
    if not _shows_the_token(request) and not _is_from_here(request):
        raise PermissionDenied
    return HttpResponse(exposition.generate_latest(registry()), content_type=exposition.CONTENT_TYPE_PLAIN_1_0_0)


def _shows_the_token(request: HttpRequest) -> bool:
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme == "Bearer" and constant_time_compare(token.strip(), wanted)


def _is_from_here(request: HttpRequest) -> bool:
    """Return whether somebody on this machine asks, and not a proxy on it for somebody else."""
    if request.META.get(WAS_FORWARDED) or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by_label(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _wait(rows: QuerySet[Message], now: datetime) -> float:
    """Return for how many seconds the first of these has been due; 0 where there is none."""
    first = rows.order_by().aggregate(first=Min("next_try_at"))["first"]
    return (now - first).total_seconds() if first else 0.0

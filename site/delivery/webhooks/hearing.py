"""Understands what was reported: which message, what follows for it, for its address, and for the sending.

Whatever the order in which reports come, and however often, the end is the same: what they say stands in rows of their
own, and each step is one that is true or is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from delivery import hints, settling, wishes
from delivery.models import Message
from delivery.states import MessageState
from delivery.webhooks import watching
from delivery.webhooks.models import Report, ReportKind
from delivery.webhooks.returned_mail import SOURCE as RETURNED_MAIL
from patients.actions import suppress_all
from patients.models import Channel, SuppressionReason

BATCH = 500
PATIENCE = timedelta(minutes=10)
AGAIN = timedelta(seconds=30)
BACK_TO = timedelta(days=60)
SOFT_WINDOW, SOFT_DAYS = timedelta(days=30), 3


def take(reports: Iterable[Report]) -> None:
    """Keep what was reported; a repeat is kept once. What follows from it is found out by the worker."""
    Report.objects.bulk_create(reports, ignore_conflicts=True)
    hints.reports_wait()


@transaction.atomic
def hear() -> int:
    """Understand the oldest reports that wait; return how many were looked at.

    A report that names no message of ours may have come before its message was settled: it is looked at again for ten
    minutes. After that a provider's word about an address counts without a message; returned mail, which anybody can
    write, does not.
    """
    now = timezone.now()
    waiting = Report.objects.waiting(now)
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    reports = list(waiting[:BATCH])
    if not reports:
        return 0
    found = _messages([report for report in reports if report.message_id is None])
    said = Message.objects.in_bulk({report.message_id for report in reports if report.message_id})
    understood = []
    for report in reports:
        message = found.get(report.pk) or said.get(report.message_id)
        if message is not None and message.state not in {MessageState.QUEUED, MessageState.CLAIMED}:
            report.message, report.dispatch_id, report.look_at = message, message.dispatch_id, None
            understood.append(report)
        elif report.heard_at + PATIENCE > now:
            report.look_at = now + AGAIN
        else:
            report.look_at = None
            if report.source != RETURNED_MAIL:
                understood.append(report)
    _keep(reports)
    settling.was_taken(report.message_id for report in understood if report.message_id)
    _shut_addresses(understood)
    watching.look(report.dispatch_id for report in understood if report.dispatch_id)
    for report in understood:
        if report.kind == ReportKind.UNSUBSCRIBED and report.message:
            wishes.stop(message=report.message, source="one_click")
    return len(reports)


def _keep(reports: list[Report]) -> None:
    """Write what was understood: which message each means is its own, all else is the same for most of a batch."""
    Report.objects.bulk_update([report for report in reports if report.message_id], ["message"])
    ends: dict[tuple[int | None, datetime | None], list[UUID]] = defaultdict(list)
    for report in reports:
        ends[report.dispatch_id, report.look_at].append(report.pk)
    for (dispatch, look_at), pks in ends.items():
        Report.objects.filter(pk__in=pks).update(dispatch=dispatch, look_at=look_at)


def counts(dispatch_pk: int) -> dict[str, int]:
    """Return how many messages of a dispatch were reported as what; one question."""
    rows = Report.objects.filter(dispatch=dispatch_pk).order_by().values_list("kind")
    return dict.fromkeys(ReportKind.values, 0) | dict(rows.annotate(Count("message", distinct=True)))


def _messages(reports: list[Report]) -> dict[UUID, Message]:
    """Return the message that each report means: named by us, or of this Message-ID at this address."""
    by_name = {message.ref: message for message in Message.objects.named(*{report.named for report in reports})}
    if not reports:
        return {}
    since = min(report.at for report in reports) - BACK_TO
    here = Q(settled_at__gte=since) | Q(lease__isnull=False)
    sent = Message.objects.filter(here, address_hash__in={report.address_hash for report in reports}).order_by()
    by_id = {(message.address_hash, message.message_id): message for message in sent}
    found = {}
    for report in reports:
        message = by_id.get((report.address_hash, report.named)) or by_name.get(report.named)
        if message is not None and message.address_hash == report.address_hash and not message.is_test:
            found[report.pk] = message
    return found


def _shut_addresses(reports: list[Report]) -> None:
    """Write no more to mailboxes that are gone, or were shut on three days of a month, or whose reader complained."""
    gone = {report.address_hash for report in reports if report.kind == ReportKind.BOUNCED}
    late = {report.address_hash for report in reports if report.kind == ReportKind.DELAYED} - gone
    gone |= _shut_again_and_again(late)
    suppress_all(channel=Channel.EMAIL, digests=gone, reason=SuppressionReason.HARD_BOUNCE, by=None)
    cross = {report.address_hash for report in reports if report.kind == ReportKind.COMPLAINED}
    suppress_all(channel=Channel.EMAIL, digests=cross, reason=SuppressionReason.COMPLAINT, by=None)


def _shut_again_and_again(digests: set[str]) -> set[str]:
    since = timezone.now() - SOFT_WINDOW
    told = Report.objects.filter(address_hash__in=digests, at__gte=since, kind=ReportKind.DELAYED).order_by()
    days = told.values("address_hash").annotate(days=Count(TruncDate("at"), distinct=True)).filter(days__gte=SOFT_DAYS)
    often = set(days.values_list("address_hash", flat=True))
    newest = Report.objects.filter(address_hash__in=often, at__gte=since, kind=ReportKind.DELIVERED)
    return often - set(newest.values_list("address_hash", flat=True))

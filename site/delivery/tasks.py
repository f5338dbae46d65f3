"""The worker's side of delivery: both tasks take no argument, since the truth is in the ledger."""

from __future__ import annotations

import time

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from delivery import backup, freezing, hints, rates, sending
from delivery.clicks.counting import forget_visitors
from delivery.models import Dispatch, Message
from delivery.recovery import recover
from delivery.webhooks import hearing

SHIFT_SECONDS = 5.0


@shared_task(name="delivery.send")
def send() -> None:
    """Send what is due for a while, then let the worker's other tasks have their turn."""
    backup.look()
    if sending.work(seconds=SHIFT_SECONDS) and _more_is_due():
        hints.work_waits()


@shared_task(name="delivery.sweep")
def sweep() -> None:
    """Take back what dead workers held and send whatever is due: a broker may lose every hint."""
    backup.look()
    recover()
    freezing.clear()
    if not hints.is_on_its_way():
        send()


@shared_task(name="delivery.hear")
def hear() -> None:
    """Understand what providers and mail servers told, for a while at a time."""
    until = time.monotonic() + SHIFT_SECONDS
    while hearing.hear():
        if time.monotonic() > until:
            hints.reports_wait()
            return


@shared_task(name="delivery.tidy")
def tidy() -> None:
    """Forget what is kept for a day only."""
    forget_visitors()
    rates.forget_old_days()


def _more_is_due() -> bool:
    due = Message.objects.due(timezone.now())
    return due.filter(dispatch=None).exists() or due.filter(dispatch__in=Dispatch.objects.awake().order_by()).exists()


@worker_ready.connect
def sweep_at_start(**_kwargs: object) -> None:
    """Look after what a dead worker held as soon as a new one is there, not only at the next beat."""
    hints.sweep_soon()

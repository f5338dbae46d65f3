"""Telling the worker that there is work: a hint that may be lost, since the sweep finds every open row."""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)


def work_waits() -> None:
    """Hint once after this transaction's commit, however often it is called within it."""
    if not any(entry[1] is _hint for entry in connection.run_on_commit):
        transaction.on_commit(_hint, robust=True)


def sweep_soon() -> None:
    """Hint at once that somebody should look after what was left behind."""
    _tell("delivery.sweep")


def _hint() -> None:
    _tell("delivery.send")


def _tell(task: str) -> None:
    try:
        current_app.send_task(task, retry=False)
    except Exception as error:
        log.warning("delivery.hint_lost", error=type(error).__name__)

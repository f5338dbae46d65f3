"""Telling the worker that there is work: a hint that may be lost, since the sweep finds every open row."""

from __future__ import annotations

import time

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)
WORTHLESS_AFTER = 10  # seconds: then the sweep has come by
_told = {"at": float("-inf")}


def work_waits() -> None:
    """Hint once after this transaction's commit, however often it is called within it."""
    if not any(entry[1] is _hint for entry in connection.run_on_commit):
        transaction.on_commit(_hint, robust=True)


def sweep_soon() -> None:
    """Hint at once that somebody should look after what was left behind."""
    _tell("delivery.sweep")


def reports_wait() -> None:
    """Hint after this transaction's commit that somebody told what became of messages."""
    transaction.on_commit(lambda: _tell("delivery.hear"), robust=True)


def is_on_its_way() -> bool:
    """Return whether this process told a worker just now, so that a sweep need not send as well.

    Otherwise each sweep during a long letter would begin another chain of shifts, and no other task had its turn.
    """
    return time.monotonic() - _told["at"] < WORTHLESS_AFTER


def _hint() -> None:
    if _tell("delivery.send"):
        _told["at"] = time.monotonic()


def _tell(task: str) -> bool:
    try:
        current_app.send_task(task, retry=False, expires=WORTHLESS_AFTER)
    except Exception as error:
        log.warning("delivery.hint_lost", error=type(error).__name__)
        return False
    return True

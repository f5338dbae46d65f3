"""The worker's side of this room: no task takes an argument, since the truth is in the database."""

from __future__ import annotations

import structlog
from celery import shared_task

from patients import duplicates, erasing
from patients.importing import shifts

log = structlog.get_logger(__name__)
SHIFT_SECONDS = 5.0


def hint() -> None:
    """Tell the worker that a file is under way; a broker that is away does no harm, since the sweep finds it."""
    try:
        imports.apply_async(retry=False)
    except Exception as error:
        log.warning("import.hint_lost", error=type(error).__name__)


@shared_task(name="patients.imports")
def imports() -> None:
    """Work on files for a while, then let the worker's other tasks have their turn."""
    if shifts.work(seconds=SHIFT_SECONDS):
        hint()


@shared_task(name="patients.watch")
def watch() -> None:
    """Take what was put into the watched folder, and go on with what a dead worker left."""
    shifts.watch()
    imports()


@shared_task(name="patients.tidy_imports")
def tidy() -> None:
    """Delete the rows of files that are 30 days old."""
    shifts.tidy()


@shared_task(name="patients.find_duplicates")
def find_duplicates() -> None:
    """Compare records that were never compared with those that share something with them."""
    duplicates.go_on()


@shared_task(name="patients.finish_erasures")
def finish_erasures() -> None:
    """Erase the rest of records that a law kept until now."""
    erasing.finish_due()

"""Telling the worker that a letter has links to ask: a hint that may be lost, since the Send page asks too."""

from __future__ import annotations

import structlog
from celery import current_app
from django.core.cache import caches

from newsletter.editions.checks import links
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays

WORTHLESS_AFTER = 60  # seconds
log = structlog.get_logger(__name__)


def links_wait(edition: EditionPage) -> None:
    """Hint once a minute where a link of a letter, in one of its languages, was not asked lately."""
    if links.are_all_asked(InWays(edition).pages) or not caches["shared"].add(
        f"probing:hint:{edition.pk}", 1, WORTHLESS_AFTER
    ):
        return
    try:
        current_app.send_task("editions.ask_links", args=(edition.pk,), retry=False, expires=WORTHLESS_AFTER)
    except Exception as error:
        log.warning("links.hint_lost", error=type(error).__name__)

"""What the worker does for editions: it asks the sites that a letter links to."""

from __future__ import annotations

from celery import shared_task

from newsletter.editions.checks import links
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays

SECONDS = 20.0  # the same worker sends mail, which must not wait for long


@shared_task(name="editions.ask_links")
def ask_links(pk: int) -> None:
    """Ask every foreign link of a letter's newest text and its published translations, so that its checks know."""
    edition = EditionPage.objects.filter(pk=pk).first()
    if edition is not None:
        links.ask(InWays(edition.get_latest_revision_as_object()).pages, seconds=SECONDS)

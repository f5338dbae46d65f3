"""The worker visits pages after a change to draw their pictures; a page that somebody asks for draws one at most."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.cache import cache
from wagtail.images.models import AbstractRendition, Filter
from wagtail.images.shortcuts import get_renditions_or_not_found
from wagtail.models import Page

from content.models import Freshness, Picture

MOST_PAGES = 40
MOST_SECONDS = 5.0  # the same worker sends mail, which must not wait for long
VISITED = "content.drawing.visited"  # the count of changes, and how many pages were visited since
_draws_all: ContextVar[bool] = ContextVar("draws_all", default=False)
logger = logging.getLogger("goodword.drawing")


@contextmanager
def drawing_all() -> Iterator[None]:
    """Draw every cut and format of what is shown meanwhile."""
    token = _draws_all.set(True)
    try:
        yield
    finally:
        _draws_all.reset(token)


def renditions(picture: Picture, filters: Sequence[Filter]) -> dict[str, AbstractRendition]:
    """Return what can be shown of a picture now: all that is drawn already, at the least its smallest JPEG.

    Args:
        picture: from the library.
        filters: the cuts and formats that its place takes, the smallest first.
    """
    if _draws_all.get():
        found: dict[str, AbstractRendition] = get_renditions_or_not_found(picture, filters)
        return found
    drawn = {wanted.spec: cut for wanted, cut in picture.find_existing_renditions(*filters).items()}
    if not any(spec.endswith("jpeg") for spec in drawn):
        smallest = next(wanted for wanted in filters if wanted.spec.endswith("jpeg"))
        drawn |= get_renditions_or_not_found(picture, [smallest])
    return {wanted.spec: drawn[wanted.spec] for wanted in filters if wanted.spec in drawn}


def ahead() -> int:
    """Visit the pages that were published last, so that their pictures are drawn before anybody looks at them.

    It goes on where it stopped, and rests once all of them were visited, until something changes.

    Returns:
        How many pages were visited.
    """
    changes = Freshness.counted()
    seen_at, before = cache.get(VISITED, (changes, 0))
    done = before if seen_at == changes else 0
    pages = Page.objects.live().public().filter(depth__gt=1).order_by("-last_published_at", "pk")[done:MOST_PAGES]
    until, visited = time.monotonic() + MOST_SECONDS, 0
    for page in pages:
        if time.monotonic() > until:
            break
        _visit(page)
        visited += 1
    cache.set(VISITED, (changes, done + visited), None)
    return visited


def _visit(page: Page) -> None:
    try:
        with drawing_all():
            status = page.specific.make_preview_request().status_code
    except Exception:
        logger.exception("page %s could not be visited; its pictures are drawn when it is asked for", page.pk)
        return
    if status != 200:
        logger.warning("page %s answered %s to the visit that draws its pictures", page.pk, status)

"""What the worker does for content."""

from __future__ import annotations

from celery import shared_task

from content import drawing


@shared_task(name="content.draw_ahead")
def draw_ahead() -> int:
    """Draw the pictures of pages that changed; returns how many pages were visited."""
    return drawing.ahead()

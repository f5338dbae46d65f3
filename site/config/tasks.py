"""The worker's own sign of life, and what it does for the database as a whole."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from vault import surveying

ALIVE = "worker-alive"


@shared_task(name="config.alive")
def alive() -> None:
    """Touch `var/worker-alive`, which `doctor` looks at where there is no broker to ask."""
    (settings.VAR / ALIVE).touch()


@shared_task(name="config.take_stock")
def take_stock() -> None:
    """Let a database that does not do so by itself learn how its rows are spread."""
    surveying.take_stock()

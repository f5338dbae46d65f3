"""The worker's own sign of life."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

ALIVE = "worker-alive"


@shared_task(name="config.alive")
def alive() -> None:
    """Touch `var/worker-alive`, which `doctor` looks at where there is no broker to ask."""
    (settings.VAR / ALIVE).touch()

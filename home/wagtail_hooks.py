"""What the admin does for the front door: a new practice gets its pages at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from home.pages import plant
from practice.models import Practice, Service


@hooks.register("after_create_snippet")
def plant_the_pages(request: HttpRequest, instance: Any) -> None:
    """Make the pages of a new practice, and the page of a new service."""
    if isinstance(instance, Practice | Service) and (practice := Practice.get()):
        plant(practice)

"""What every template may show of the practice."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from practice.models import Location, Practice


def practice(request: HttpRequest) -> dict[str, Any]:
    """Give templates `practice` and `location` (the main one), asked for only when used."""
    return {
        "practice": SimpleLazyObject(Practice.get),
        "location": SimpleLazyObject(lambda: Location.objects.prefetch_related("hours", "closures").first()),
    }

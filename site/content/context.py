"""What every template may show of the practice."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from practice.alerts import Alert
from practice.models import Location, Practice
from practice.notices import Notice, next_change, notices


def practice(request: HttpRequest) -> dict[str, Any]:
    """Give templates `practice` (with its `branding`), `location` (the main one) and `notices`, read only when used."""
    whose: Any = SimpleLazyObject(lambda: Practice.objects.select_related("branding__logo").first())
    where: Any = SimpleLazyObject(lambda: Location.objects.prefetch_related("hours", "closures").first())
    return {
        "practice": whose,
        "location": where,
        "notices": SimpleLazyObject(lambda: _notices(request, whose or None, where or None)),
    }


def _notices(request: HttpRequest, whose: Practice | None, where: Location | None) -> list[Notice]:
    """Return what stands at the top, and note for how long a page that shows it is true."""
    now = timezone.now()
    if whose is not None:
        prefetch_related_objects([whose], Prefetch("alerts", Alert.objects.not_over(now)))
    request.META["goodword.true_for"] = (next_change(whose, where, now) - now).total_seconds()
    return notices(whose, where, now)

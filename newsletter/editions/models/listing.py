"""How long lists are cut into pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page as PageOfMany
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest

NEWEST_FIRST = ("-first_published_at", "-pk")


def page_of(request: HttpRequest, things: models.QuerySet[Any], size: int) -> PageOfMany[Any]:
    """Return the page of `things` that `?page=` asks for; the nearest one where it asks for none that exists."""
    return Paginator(things, size).get_page(request.GET.get("page"))

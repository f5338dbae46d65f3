"""Where a form was sent from: small forms of public pages carry no token and are checked by their origin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether the browser says that the request comes from a page of ours; unknown counts as no."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def same_origin[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Let a view take POST without a token, but only from our own pages; anything else answers 403."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not is_same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]


def way_back(request: HttpRequest, default: str = "/") -> str:
    """Return the page of ours that the form names in `next`, or `default` where it names none or a foreign one."""
    wanted = request.POST.get("next", "")
    # a path of ours and nothing else: no scheme, no host, no backslash or control character that browsers read as one
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    if is_path and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return default

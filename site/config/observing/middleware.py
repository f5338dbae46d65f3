"""Answers that no cache and no search engine may keep."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

LINKS = ("/e/", "/portal/join/")
PRIVATE = ("/portal/", "/e/", "/admin/", "/accounts/", "/demo/")


def private_paths(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send no-store and noindex with all that is private, and no referrer where an address tells much."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(PRIVATE) or "q" in request.GET:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        if "q" in request.GET or request.path.startswith(LINKS):
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return middleware

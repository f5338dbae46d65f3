"""What caches and search engines may keep: nothing private, and the pages that anybody may see while they are true."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.keeping import MAY_KEEP

LINKS = ("/e/", "/portal/join/")
KEPT = {"wagtail_serve"}
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


def public_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say of each answer whether it may be kept for others: only a page of the site, made for nobody in particular.

    It stands outside the session's middleware, so that it sees every cookie that is set on the way out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        route = request.resolver_match
        request.META[MAY_KEEP] = (
            request.method == "GET"
            and response.status_code == 200
            and not response.streaming
            and not response.cookies
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and "no-store" not in response.get("Cache-Control", "")
            and "private" not in response.get("Cache-Control", "")
            and route is not None
            and route.url_name in KEPT
        )
        return response

    return middleware

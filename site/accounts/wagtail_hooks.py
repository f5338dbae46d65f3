"""Private pages and files of Wagtail's open routes: whoever owes a second factor has not come in yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from wagtail import hooks

from accounts import sessions

BEFORE_WAGTAIL = -10


@hooks.register("on_serve_page", order=BEFORE_WAGTAIL)
def second_factor_before_private_pages(serve: Any) -> Any:
    """Ask for the second factor before Wagtail looks whether the person may read a private page."""

    def guarded(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        if sessions.owes_second_factor(request) and page.get_view_restrictions():
            return _ask(request)
        return serve(page, request, args, kwargs)  # type: ignore[no-any-return]

    return guarded


@hooks.register("before_serve_document", order=BEFORE_WAGTAIL)
def second_factor_before_private_files(document: Any, request: HttpRequest) -> HttpResponse | None:
    """Ask for the second factor before Wagtail looks whether the person may have a private file."""
    if sessions.owes_second_factor(request) and document.collection.get_view_restrictions():
        return _ask(request)
    return None


def _ask(request: HttpRequest) -> HttpResponse:
    answer = sessions.ask_for_second_factor(request)
    add_never_cache_headers(answer)
    return answer

"""What every request passes: times are shown and asked by the practice's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.users.models import UserProfile

from practice import clocks

GetResponse = Callable[[HttpRequest], HttpResponse]
ADMIN = "/admin/"


def practice_time(get_response: GetResponse) -> GetResponse:
    """Let templates and forms follow the practice's clock, in Wagtail's admin as well.

    The admin would follow the settings' zone, or the one that somebody chose for themselves; then two colleagues would
    read two times for one visit.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        with clocks.at_the_practice():
            return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.path.startswith(ADMIN) and request.user.is_authenticated:
            profile = getattr(request.user, "wagtail_userprofile", None) or UserProfile(user=request.user)
            profile.current_time_zone = str(clocks.zone())  # for this request; nothing is saved

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware

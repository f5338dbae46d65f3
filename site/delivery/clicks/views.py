"""The way from a link in a letter to where it leads: counted, and only to what stands in that letter."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from accounts.doors import signed_link
from delivery.clicks.counting import count
from delivery.clicks.models import Link
from vault import tokens


@signed_link("click")
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Lead a reader on; a HEAD is a machine that looks where it leads, and is counted nowhere."""
    named = tokens.read("click", token)
    link = Link.objects.filter(pk=named).first() if type(named) is int else None
    if link is None:
        raise Http404
    if request.method == "GET":
        count(link, request)
    response = HttpResponseRedirect(link.url)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

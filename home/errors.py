"""What a visitor sees when a page is missing or something broke."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from wagtail.models import Site

from content import languages
from content.languages import ENGLISH


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 in the drawn look; a page that cannot be read in this language leads to where it can."""
    return _elsewhere(request) or render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 in the drawn look: what came was too large or was not whole, and nothing of it was kept."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 in the drawn look."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a template that asks nothing of the database."""
    return render(request, "500.html", status=500)


def _elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Lead from the Spanish address of a page that has none, or another one, to where it is read."""
    language, route = languages.current(), request.resolver_match
    if language == ENGLISH or route is None or route.url_name != "wagtail_serve":
        return None
    site = Site.find_for_request(request)
    parts = [part for part in languages.in_language(request.path, ENGLISH).split("/") if part]
    if site is None:
        return None
    try:
        page = site.root_page.specific.route(request, parts).page
    except Http404:
        return None
    address = languages.translations(page, request).get(language, page).get_url(request)
    return HttpResponseRedirect(address) if address and address != request.path else None

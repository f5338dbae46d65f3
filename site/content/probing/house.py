"""Whether an address of our own leads anywhere: asked of the routes and of the page tree, without a request."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from content import languages


def is_ours(address: str) -> bool:
    """Return whether an address leads to this site."""
    try:
        parts, own = urlsplit(address), urlsplit(settings.SITE_URL)
        return (parts.scheme, parts.hostname, parts.port) == (own.scheme, own.hostname, own.port)
    except ValueError:
        return False


def missing(addresses: Iterable[str]) -> set[str]:
    """Return those addresses of ours at which nothing stands that everybody may read.

    Args:
        addresses: whole ones; their queries and fragments do not matter.
    """
    ways = {address: unquote(urlsplit(address).path) or "/" for address in addresses}
    pages = _pages(set(ways.values()))
    return {address for address, way in ways.items() if way not in pages and not _is_there(way)}


def _pages(ways: set[str]) -> set[str]:
    """Return the paths at which a public page stands, asked for all at once."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page__locale").first()
    if site is None:
        return set()
    homes = {page.locale.language_code: page.url_path for page in _homes(site.root_page)}
    wanted = {}
    for way in ways:
        language = languages.of_path(way)
        if language in homes:
            wanted[homes[language] + languages.in_language(way, languages.ENGLISH).removeprefix("/")] = way
    found = Page.objects.live().public().filter(url_path__in=wanted).values_list("url_path", flat=True)
    return {wanted[path] for path in found}


def _homes(home: Page) -> list[Page]:
    return list(Page.objects.filter(translation_key=home.translation_key).select_related("locale"))


def _is_there(path: str) -> bool:
    with translation.override(languages.of_path(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return _is_sent_on(path) or (not path.endswith("/") and _is_there(f"{path}/"))
        if match.view_name == "wagtail_serve":
            return _is_page(match.args[0] if match.args else "") or _is_sent_on(path)
        if match.view_name == "wagtaildocs_serve":
            found = get_document_model().objects.filter(pk=match.args[0])
            return bool(found.exists())
        return True


def _is_page(way: str) -> bool:
    request = HttpRequest()
    request.method, request.path = "GET", f"/{way}"
    request.META = {"SERVER_NAME": urlsplit(settings.SITE_URL).hostname or "localhost", "SERVER_PORT": "80"}
    site = Site.find_for_request(request)
    if site is None:
        return False
    try:
        found = site.root_page.localized.specific.route(request, [part for part in way.split("/") if part])
    except Http404:
        return False
    return bool(found.page.live and not found.page.get_view_restrictions())


def _is_sent_on(path: str) -> bool:
    return bool(Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exists())

"""What machines read: robots.txt, sitemap.xml and security.txt."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from itertools import batched
from operator import or_
from typing import Any

from django.conf import settings
from django.contrib.sitemaps.views import SitemapIndexItem
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap as draw_sitemap
from wagtail.models import Page
from wagtail.query import PageQuerySet

from accounts.doors import public
from content import languages, sharing
from content.pages import address_of
from practice.models import Practice

A_DAY = 24 * 60 * 60
A_LIST = 50_000  # addresses, https://www.sitemaps.org/protocol.html
A_QUESTION = 5_000  # pages that the database is asked for at once
CLOSED_TO_ROBOTS = (
    *("/portal/", "/e/", "/r/", "/o/", "/admin/", "/accounts/", "/demo/", "/search/", "/display/"),
    *("/es/r/", "/es/o/", "/es/search/"),
)


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what is for the public; a demo is for nobody's index."""
    closed = ("/",) if settings.DEMO else CLOSED_TO_ROBOTS
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon: browsers ask here beside a letter, which names none."""
    return redirect(static("favicon.svg"), permanent=True)


@public
@require_safe
@conditional_page
def touch_icon(request: HttpRequest) -> HttpResponse:
    """Answer with the icon that a phone puts on its home screen, in the practice's color."""
    shown = sharing.card("", Practice.get())
    kept = f"touch-icon-{shown.digest}"
    drawn = cache.get(kept)
    if drawn is None:
        cache.set(kept, drawn := sharing.icon(shown), A_DAY)
    return HttpResponse(drawn, content_type="image/png", headers={"Cache-Control": f"public, max-age={A_DAY}"})


class PublicPages(Sitemap):
    """Every page that anybody may read, with the day of its last change; 50,000 to a list, as the protocol wants it."""

    limit = A_LIST

    def items(self) -> PageQuerySet:
        """Return the pages of every language that is there for visitors."""
        trees = [Q(path__startswith=home.path) for home in languages.top(self.request).homes.values()]
        pages = languages.readable(Page.objects.live()).filter(reduce(or_, trees)) if trees else Page.objects.none()
        return pages.order_by("path").defer_streamfields().specific()

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = super()._urls(page, protocol, domain)
        return _with_other_languages(listed, set(languages.top(self.request).homes))


def _with_other_languages(listed: list[dict[str, Any]], codes: set[str]) -> list[dict[str, Any]]:
    """Name with each page its translations, itself among them, and the English one for whoever reads no other."""
    by_key: dict[object, dict[str, str]] = {}
    for keys in batched((entry.get("translation_key") for entry in listed), A_QUESTION):
        pages = languages.readable(Page.objects.live().filter(translation_key__in=keys)).select_related("locale")
        for page in pages.order_by("locale__language_code", "path").iterator():
            if page.locale.language_code in codes and (address := address_of(page)):
                by_key.setdefault(page.translation_key, {})[page.locale.language_code] = address
    for entry in listed:
        known = by_key.get(entry.get("translation_key"), {})
        if len(known) > 1:
            default = {"x-default": known[languages.ENGLISH]} if languages.ENGLISH in known else {}
            entry["alternates"] = [
                {"lang_code": code, "location": address} for code, address in {**known, **default}.items()
            ]
    return listed


@public
@require_safe
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every page that anybody may read; where they are too many for one list, list the lists."""
    pages = PublicPages(request)
    lists = pages.paginator.num_pages
    if lists > 1 and "p" not in request.GET:
        parts = [SitemapIndexItem(f"{settings.SITE_URL}/sitemap.xml?p={number}") for number in range(1, lists + 1)]
        index = TemplateResponse(request, "sitemap_index.xml", {"sitemaps": parts}, content_type="application/xml")
        return _finished(index)
    return _finished(draw_sitemap(request, {"pages": pages}))


def _finished(answer: TemplateResponse) -> HttpResponse:
    # of an answer that is drawn later nobody could say that it did not change
    return HttpResponse(answer.render().content, headers=dict(answer.items()))


@public
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell about a hole, as RFC 9116 wants it."""
    practice = Practice.get()
    contact = f"mailto:{practice.reply_email}" if practice else f"{settings.SITE_URL}/contact/"
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires}",
        "Preferred-Languages: en, es",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

"""What machines read: robots.txt, sitemap.xml and security.txt."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps.views import sitemap as draw_sitemap

from accounts.doors import public
from practice.models import Practice

CLOSED_TO_ROBOTS = ("/portal/", "/e/", "/r/", "/o/", "/admin/", "/accounts/", "/demo/", "/search/", "/display/")


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
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every page that anybody may read."""
    answer: TemplateResponse = draw_sitemap(request)
    return answer


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

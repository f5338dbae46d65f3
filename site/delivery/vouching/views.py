"""The page that says whether mail services can tell that our mail is ours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import may
from delivery import rendering
from delivery.channels import mail_url
from delivery.vouching import checks, greeting
from delivery.vouching.names import asked


@may("consent.report")
@require_safe
def sender(request: HttpRequest) -> HttpResponse:
    """Show what is looked at; once somebody asks for it, each answer of this moment with what to change."""
    selector = request.GET.get("selector", "")[:63].replace("\x00", "")
    domain = rendering.sender().address.rpartition("@")[2]
    found = []
    if "look" in request.GET:
        sending = checks.Sending(domain, settings.SITE_URL, greeting.of(mail_url(is_bulk=True)), selector)
        found = checks.run(sending, asked())
    title = _("Sending address")
    context = {
        "page_title": title,
        "header_title": title,
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": title},
        ],
        "address": rendering.sender().address,
        "selector": selector,
        "checks": found,
        "has_looked": "look" in request.GET,
        "bad": sum(check.state == checks.BAD for check in found),
    }
    return render(request, "consent/sender.html", context)

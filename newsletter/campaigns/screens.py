"""The frame that this room's admin screens share: title, way back, icon."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter.campaigns import policy


def screen(
    request: HttpRequest,
    template: str,
    title: str,
    context: dict[str, Any] | None = None,
    *,
    above: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return one screen inside the admin's furniture.

    Args:
        template: its name under templates/campaigns/.
        title: shown in the header and the window.
        context: what the template asks for.
        above: label and address of the screens between Newsletters and this one.
        status: of the answer.
    """
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("newsletters:index") if policy.may_edit(request.user) else "", "label": _("Newsletters")},
        *({"url": url, "label": label} for label, url in above or []),
    ]
    if title != _("Newsletters"):
        crumbs.append({"url": "", "label": title})
    frame = {"page_title": title, "header_title": title, "header_icon": "mail", "breadcrumbs_items": crumbs}
    return render(request, f"campaigns/{template}", {**frame, "header_buttons": [], **(context or {})}, status=status)

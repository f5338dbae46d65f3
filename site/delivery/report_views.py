"""The report of consent: how many said yes or no to what, on which basis, and what was said last."""

from __future__ import annotations

import csv
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import may
from accounts.roles import may as holds
from patients.models import Basis, Channel, Consent, Patient, Purpose, Suppression, SuppressionReason
from patients.reasons import source_in_words
from practice import clocks

NEWEST = 25


@may("consent.report")
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show the numbers, and the newest answers without names."""
    newest = list(Consent.objects.select_related("reader").order_by("-at", "-pk")[:NEWEST])
    refs = dict(Patient.objects.filter(reader__in=[line.reader_id for line in newest]).values_list("reader_id", "ref"))
    rows = _rows()
    title = _("Consent")
    context = {
        "page_title": title,
        "header_title": title,
        "header_icon": "clipboard-list",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": title},
        ],
        "rows": rows,
        "newest": [(line, source_in_words(line.source), refs.get(line.reader_id, "")) for line in newest],
        "shut": _shut(),
        "may_open": holds(request.user, "patients.see"),
    }
    return render(request, "consent/report.html", context)


@may("consent.report")
@require_safe
def report_csv(request: HttpRequest) -> HttpResponse:
    """Return the numbers as a table: no person stands in it."""
    name = f"consent-{clocks.today():%Y-%m-%d}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    writer = csv.writer(answer)
    writer.writerow(["channel", "purpose", "agreed", "may_object", "no"])
    writer.writerows([row["channel"].value, row["purpose"].value, *row["numbers"]] for row in _rows())
    return answer


def _rows() -> list[dict[str, Any]]:
    """Return for each channel and purpose of which anybody said anything how many agreed, may object, and said no."""
    counted = Consent.objects.standing().order_by().values_list("channel", "purpose", "basis").annotate(Count("pk"))
    found: dict[tuple[str, str], dict[str, int]] = {}
    for channel, purpose, basis, number in counted:
        found.setdefault((channel, purpose), dict.fromkeys(Basis.values, 0))[basis] += number
    return [
        {
            "channel": channel,
            "purpose": purpose,
            "numbers": [found[channel, purpose][basis] for basis in (Basis.AGREED, Basis.MAY_OBJECT, Basis.NONE)],
        }
        for channel in Channel
        for purpose in Purpose
        if (channel, purpose) in found
    ]


def _shut() -> list[tuple[Any, Any, int]]:
    """Return how many addresses are blocked, by channel and reason."""
    counted = Suppression.objects.order_by("channel", "reason").values_list("channel", "reason").annotate(Count("pk"))
    return [(Channel(channel).label, SuppressionReason(reason).label, number) for channel, reason, number in counted]

"""Lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

HOURS_AS_HOURS = 48


@register.filter
def spoken(span: timedelta) -> str:
    """Return `span` as `1 h 52 min`, or in days from two days on."""
    minutes = round(span.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if hours >= HOURS_AS_HOURS:
        days = round(hours / 24)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if not hours:
        return _("%(n)s min") % {"n": rest}
    return _("%(h)s h %(n)s min") % {"h": hours, "n": f"{rest:02d}"}

"""The signed moment of its drawing, for a small form that stands on many pages."""

from __future__ import annotations

from django import template

from content import public_forms

register = template.Library()


@register.simple_tag
def form_stamp(name: str) -> str:
    """Return the stamp of the form `name`, drawn now."""
    return public_forms.stamp(name)

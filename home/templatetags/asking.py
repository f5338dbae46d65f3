"""The forms that stand on pages of editors."""

from __future__ import annotations

from django import template

from home.forms import MessageForm
from referral_portal.offices.public_forms import ApplyForm

register = template.Library()


@register.simple_tag
def message_form() -> MessageForm:
    """Return the empty form by which visitors write to us."""
    return MessageForm()


@register.simple_tag
def apply_form() -> ApplyForm:
    """Return the empty form by which offices ask for an account."""
    return ApplyForm()

"""How templates write the address of a phone number."""

from __future__ import annotations

from django import template

from practice import phones

register = template.Library()
register.filter("tel", phones.uri)

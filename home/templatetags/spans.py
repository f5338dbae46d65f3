"""Lengths of time in words."""

from __future__ import annotations

from django import template

from practice import durations

register = template.Library()
register.filter("spoken", durations.in_words)

"""The reading grade beside the editor's other figures."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from content import reading

register = template.Library()


@register.inclusion_tag("content/reading_grade.html")
def reading_grade(page: Any) -> dict[str, Any]:
    """Return the grade of a page as it was saved last; nothing for what is no page or too short."""
    found = reading.grade(reading.text_of(page)) if isinstance(page, Page) and page.pk else None
    return {
        "grade": None if found is None else round(found),
        "is_hard": found is not None and round(found) > reading.EASY,
    }

"""How hard a page is to read, beside the editor's other figures: a grade in English, its ease in Spanish."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from content import reading

SPANISH = "es"
register = template.Library()


@register.inclusion_tag("content/reading_grade.html")
def reading_grade(page: Any) -> dict[str, Any]:
    """Return the figure of a page as it was saved last; none for what is no page or too short."""
    is_page = isinstance(page, Page) and page.pk
    if is_page and page.locale.language_code == SPANISH:
        ease = _rounded(reading.ease(reading.text_of(page)))
        is_hard = ease is not None and ease < reading.FAIRLY_EASY
        return {"is_ease": True, "figure": ease, "is_hard": is_hard, "aim": reading.FAIRLY_EASY}
    grade = _rounded(reading.grade(reading.text_of(page))) if is_page else None
    return {"figure": grade, "is_hard": grade is not None and grade > reading.EASY, "aim": reading.EASY}


def _rounded(figure: float | None) -> int | None:
    return None if figure is None else round(figure)

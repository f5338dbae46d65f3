"""What every page's frame needs: how a visitor wants to see it, and the way around."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from home.demo.bar import bar
from home.menus import menu

TEXT_SIZES = ("m", "l", "xl")
THEMES = ("auto", "light", "dark")


def display(request: HttpRequest) -> dict[str, Any]:
    """Give templates `display_text` (m, l, xl), `display_theme` (auto, light, dark), `menu` and `demo`."""
    text = request.COOKIES.get("text", "m")
    theme = request.COOKIES.get("theme", "auto")
    return {
        "display_text": text if text in TEXT_SIZES else "m",
        "display_theme": theme if theme in THEMES else "auto",
        "menu": SimpleLazyObject(lambda: menu(request)),
        "demo": bar(request),
    }

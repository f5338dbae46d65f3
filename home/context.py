"""How a visitor wants to see the pages: text size and theme, from a cookie."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def display(request: HttpRequest) -> dict[str, Any]:
    """Give templates `display_text` (m, l, xl) and `display_theme` (auto, light, dark)."""
    text = request.COOKIES.get("text", "m")
    theme = request.COOKIES.get("theme", "auto")
    return {
        "display_text": text if text in {"m", "l", "xl"} else "m",
        "display_theme": theme if theme in {"auto", "light", "dark"} else "auto",
    }

"""Wagtail's choosers without inline scripts: their call stands as data, and admin-csp.js makes it."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser

CALL = re.compile(r"(?:new )?(?P<name>\w+)\((?P<arguments>.*)\);", re.DOTALL)


def render(
    self: BaseChooser, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> SafeString:
    """Return the chooser's field and, beside it, the call that Wagtail writes as an inline script, as data.

    Raises:
        TypeError: without an id in `attrs`.
        ValueError: when a chooser's script is more than one call, which admin-csp.js could not make.
    """
    if not attrs or "id" not in attrs:
        raise TypeError("A chooser cannot be drawn without an id.")
    value_data = self.get_value_data(value)
    called, arguments = _call(self.render_js_init(attrs["id"], name, value_data))
    return format_html(
        '{}<span hidden data-gw-call="{}">{}</span>',
        self.render_html(name, value_data, attrs),
        called,
        json_script(arguments),
    )


def _call(script: str) -> tuple[str, str]:
    """Return the name that a script of one call calls, and its arguments as a JSON list."""
    found = CALL.fullmatch(script)
    arguments = f"[{found['arguments']}]" if found else ""
    try:
        json.loads(arguments)
    except json.JSONDecodeError as error:
        raise ValueError("A chooser starts with more than one call; admin-csp.js makes only one.") from error
    return (found["name"] if found else ""), arguments


def without_inline_scripts() -> None:
    """Let every chooser of Wagtail draw itself so that the strict content policy holds."""
    BaseChooser.render = render

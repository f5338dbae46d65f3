"""What staff type, without what would break a line or turn its direction."""

from __future__ import annotations

import re
from typing import Any

from django import forms

NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
NOT_PRINTED_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PlainField(forms.CharField):
    """One line."""

    def to_python(self, value: Any) -> str:
        """Return the text on one line."""
        return " ".join(NOT_PRINTED.sub(" ", str(super().to_python(value) or "")).split())


class TextField(forms.CharField):
    """Some lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return NOT_PRINTED_BUT_LINES.sub("", text).strip()

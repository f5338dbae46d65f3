"""Phone numbers as addresses that a phone can call."""

from __future__ import annotations

import re

EXTENSION = re.compile(r"\s*(?:;\s*ext=|ext\.?|x|#)\s*(\d{1,7})\s*$", re.IGNORECASE)
NATIONAL = 10


def uri(number: str) -> str:
    """Return a number as an RFC 3966 address, as `tel:+13605550142`; an American one needs no country code.

    Args:
        number: as people write it, with an extension or without; "" where there is none.
    """
    text = number.strip()
    extension = EXTENSION.search(text)
    figures = "".join(letter for letter in (text[: extension.start()] if extension else text) if letter.isdecimal())
    if not figures:
        return ""
    country = "1" if len(figures) == NATIONAL and not text.startswith("+") else ""
    return f"tel:+{country}{figures}" + (f";ext={extension[1]}" if extension else "")

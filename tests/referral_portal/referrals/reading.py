"""Pages as they read, whatever differs from one opening to the next left out."""

from __future__ import annotations

import re


def bare(page: str) -> str:
    """Return a page without what differs between any two readings: tokens, the moment, and the record's own number."""
    page = re.sub(r'name="(csrfmiddlewaretoken|stamp)" value="[^"]+"', "", page)
    return re.sub(r"RF-[0-9A-Z]+", "RF-", page)

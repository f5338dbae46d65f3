"""Where editors' links may lead, and how they stand in a letter."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.merge import FOR_EDITORS, LINK_TAGS, SLOT

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`]")


def is_link_slot(address: str) -> bool:
    """Return whether an address is one of the reader's own links, as `{refer_url}`."""
    slot = SLOT.fullmatch(address)
    return bool(slot and slot.group(1) in LINK_TAGS & FOR_EDITORS and slot.group(2) is None)


def absolute(address: str) -> str:
    """Return an address as it must stand in a letter; "" for one that may not stand there.

    Args:
        address: `/book/`, `https://…`, `mailto:…`, `tel:…` or a link slot.
    """
    address = address.strip()
    if is_link_slot(address):
        return address
    if not address or _UNFIT.search(address) or "{" in address or "}" in address:
        return ""
    if address.startswith("/") and not address.startswith("//"):
        return f"{settings.SITE_URL}{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES or (parts.scheme.startswith("http") and not parts.netloc):
        return ""
    return address


def validate_link(address: str) -> None:
    """Refuse an address that a letter may not carry.

    Raises:
        ValidationError: in words that say what to write instead.
    """
    if not absolute(address):
        raise ValidationError(_("Write a page of ours, as in /book/, or a whole address that begins with https://."))

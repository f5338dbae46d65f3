"""Addresses in their one form, and the keyed hash that finds one without keeping it."""

from __future__ import annotations

import re
from collections.abc import Callable

from vault import keys

UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def normal_address(channel: str, address: str) -> str:
    """Return an address in its one form: mail in lower case, phones as +1 and ten digits where they are American."""
    text = (address if address.isprintable() else UNSEEN.sub("", address)).strip()
    if channel == "email":
        return text.lower()
    if channel in {"sms", "phone"}:
        digits = text[1:] if text[:1] == "+" and text[1:].isdecimal() else re.sub(r"\D", "", text)
        if len(digits) == 10:
            return f"+1{digits}"
        return f"+{digits}" if digits else ""
    return text


def hasher(channel: str) -> Callable[[str], str]:
    """Return `address_hash` of one channel for many addresses: its key is looked up once."""
    hashed = keys.hasher(f"address.{channel}", keys.lasting_id())
    return lambda address: hashed(normal_address(channel, address))


def address_hash(channel: str, address: str) -> str:
    """Return the keyed hash under which an address is suppressed and found (64 hex digits)."""
    return hasher(channel)(address)

"""Addresses in their one form, and the keyed hash that finds one without keeping it."""

from __future__ import annotations

import re

from vault.keys import keyed_hash, lasting_id


def normal_address(channel: str, address: str) -> str:
    """Return an address in its one form: mail in lower case, phones as +1 and ten digits where they are American."""
    text = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", "", address).strip()
    if channel == "email":
        return text.lower()
    if channel in {"sms", "phone"}:
        digits = re.sub(r"\D", "", text)
        if len(digits) == 10:
            return f"+1{digits}"
        return f"+{digits}" if digits else ""
    return text


def address_hash(channel: str, address: str) -> str:
    """Return the keyed hash under which an address is suppressed and found (64 hex digits)."""
    return keyed_hash(f"address.{channel}", normal_address(channel, address), lasting_id())

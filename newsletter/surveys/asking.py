"""Which question a letter asks: the letter itself says it, as it was frozen."""

from __future__ import annotations

import json
import re

from delivery.models import Message
from newsletter.surveys.models import Survey

_ASKED = re.compile(r"\?a=\d+&q=(QU-[0-9A-Z]{4,20})")


def asked_in(message: Message, wanted: str = "") -> Survey | None:
    """Return the question that a letter asks.

    Args:
        message: the letter to one mailbox.
        wanted: the ref of the one that is answered, where the letter's link says it; "" for the letter's first.

    Returns:
        None where the letter asks nothing, or not that: a link is no key to another letter's question.
    """
    refs = _ASKED.findall(_text_of(message))
    ref = wanted or next(iter(refs), "")
    return Survey.objects.select_related("followed_by__deputy").filter(ref=ref).first() if ref in refs else None


def _text_of(message: Message) -> str:
    if message.dispatch is not None:
        return message.dispatch.letter_in(message.variant).get("text", "")
    return str(json.loads(message.content).get("text", "")) if message.is_test and message.content else ""

"""Whether a mailbox is gone or only shut for now, read from a mail server's words (RFC 3463, RFC 5321)."""

from __future__ import annotations

import re

from delivery.webhooks.models import ReportKind

# RFC 3463 (and RFC 7505 for .10): the mailbox or its host does not exist, or it is closed for good
GONE = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BASIC = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.])")
_NOBODY = re.compile(
    r"(user|mailbox|recipient|address|account)\b[^.;]{0,40}\b(unknown|not found|does(n't| not) exist|disabled|invalid"
    r"|no longer|not exist)|no such (user|mailbox|recipient|address|person)|(unknown|invalid) (user|recipient|mailbox"
    r"|address)|nosuchuser|permanent: (general|noemail|onaccountsuppressionlist)",
    re.IGNORECASE,
)
_FOR_NOW = re.compile(r"\btransient\b|\bsoft ?bounce\b|quota|mailbox (is )?full|over ?quota|try again", re.IGNORECASE)


def kind_of(words: str, *, otherwise: str = ReportKind.DELAYED) -> str:
    """Return whether a refusal is for good (the mailbox is not there) or for now (all else, a block of ours as well).

    Args:
        words: the server's answer, as `550 5.1.1 No such user`, or a provider's.
        otherwise: what it is when the words do not tell.

    Returns:
        ReportKind.BOUNCED or ReportKind.DELAYED.
    """
    if code := _ENHANCED.search(words):
        if code[1] in GONE:
            return ReportKind.BOUNCED
        if code[1] != "5.0.0":
            return ReportKind.DELAYED
    if _FOR_NOW.search(words):
        return ReportKind.DELAYED
    if _NOBODY.search(words):
        return ReportKind.BOUNCED
    basic = _BASIC.search(words)
    return ReportKind.DELAYED if basic else otherwise

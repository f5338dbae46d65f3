"""Mail that came back to the practice's own address: delivery reports (RFC 3464) and complaints (RFC 5965)."""

from __future__ import annotations

from datetime import datetime
from email import policy as email_policy
from email.message import Message as Mail
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from hashlib import sha256

from django.utils import timezone

from delivery.channels.base import nameless
from delivery.headers import clean
from delivery.webhooks import servers
from delivery.webhooks.models import Report, ReportKind
from patients.addresses import address_hash, normal_address
from patients.models import Channel

SOURCE = "returned mail"
MOST_PARTS = 50
ACTIONS = {"failed": ReportKind.BOUNCED, "delivered": ReportKind.DELIVERED, "relayed": ReportKind.DELIVERED}


def reports_of(raw: bytes) -> list[Report]:
    """Return what a mail says of messages of ours, not yet kept; nothing where it is no report.

    Anybody can write such a mail. Each report names the Message-ID that it is about, a keyed hash which only those
    know who had the message in their hands; the worker drops what names none of ours.

    Args:
        raw: the mail with its headers.
    """
    mail = BytesParser(policy=email_policy.compat32).parsebytes(raw)
    parts = []
    for part in mail.walk():
        parts.append(part)
        if len(parts) > MOST_PARTS:
            return []
    named, recipient = _original(parts)
    if not named:
        return []
    at = _date(mail)
    found: list[Report | None] = []
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            found += [_returned(group, named, recipient, at) for group in _groups(part)]
        elif part.get_content_type() == "message/feedback-report":
            found += [_complaint(group, named, recipient, at) for group in _groups(part)[:1]]
    return [report for report in found if report is not None]


def _original(parts: list[Mail]) -> tuple[str, str]:
    """Return the Message-ID of the message that came back and to whom it went, from its headers in the report."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            headers = BytesParser(policy=email_policy.compat32).parsebytes(_bytes(part), headersonly=True)
        elif part.get_content_type() == "message/rfc822":
            headers = _inner(part)
        else:
            continue
        named = str(headers.get("Message-ID", "")).strip().strip("<>")
        if named:
            return clean(named)[:200], _bare(str(headers.get("To", "")))
    return "", ""


def _inner(part: Mail) -> Mail:
    inner = part.get_payload()
    return inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Mail) else part


def _bytes(part: Mail) -> bytes:
    told = part.get_payload(decode=True)
    return told if isinstance(told, bytes) else b""


def _groups(part: Mail) -> list[Mail]:
    """Return the groups of fields of a machine-readable part."""
    told = part.get_payload()
    if isinstance(told, list):
        return [group for group in told if isinstance(group, Mail)]
    whole = _bytes(part).replace(b"\r\n", b"\n")
    return [
        BytesParser(policy=email_policy.compat32).parsebytes(group.strip() + b"\n")
        for group in whole.split(b"\n\n")
        if group.strip()
    ]


def _returned(group: Mail, named: str, recipient: str, at: datetime) -> Report | None:
    final = _bare(_typed(group, "Original-Recipient") or _typed(group, "Final-Recipient"))
    kind = ACTIONS.get(str(group.get("Action", "")).strip().lower())
    if not final or kind is None:
        return None
    words = f"{group.get('Status', '')} {_typed(group, 'Diagnostic-Code')}".strip()
    if kind == ReportKind.BOUNCED:
        kind = ReportKind(servers.kind_of(words))
    return _report(kind, named, recipient or final, words, at)


def _complaint(group: Mail, named: str, recipient: str, at: datetime) -> Report | None:
    final = _bare(str(group.get("Original-Rcpt-To", ""))) or recipient
    if str(group.get("Feedback-Type", "")).strip().lower() not in {"abuse", "fraud", "other"} or not final:
        return None
    return _report(ReportKind.COMPLAINED, named, recipient or final, "", at)


def _report(kind: str, named: str, recipient: str, words: str, at: datetime) -> Report:
    address = normal_address(Channel.EMAIL, recipient)
    return Report(
        source=SOURCE,
        key=sha256(f"{kind}:{named}:{address}".encode("utf-8", "replace")).hexdigest(),
        kind=kind,
        address_hash=address_hash(Channel.EMAIL, address),
        named=named,
        words=nameless(clean(words), address),
        at=at,
    )


def _typed(group: Mail, name: str) -> str:
    """Return a field's value without its type, as in `rfc822; ann@example.org`."""
    told = str(group.get(name, ""))
    _kind, _semicolon, value = told.partition(";")
    return (value or told).strip()


def _bare(address: str) -> str:
    _before, bracket, inner = address.rpartition("<")
    return (inner.partition(">")[0] if bracket else address).strip()


def _date(mail: Mail) -> datetime:
    """Return when the report was written; a moment to come is one of a clock that is wrong."""
    now = timezone.now()
    try:
        at = parsedate_to_datetime(str(mail.get("Date", "")))
    except (TypeError, ValueError):
        return now
    return min(at if timezone.is_aware(at) else timezone.make_aware(at), now)

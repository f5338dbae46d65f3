"""A provider, a mail server and a stranger who tell what became of our mail."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from delivery.webhooks import hearing
from patients.models import Suppression

SECRET = "post:a long enough secret"
GONE = "550 5.1.1 The email account that you tried to reach does not exist"


def post(provider: str, body: Any, *, secret: str = SECRET, content_type: str = "application/json", **headers: Any):
    """Tell us something at the door of one provider."""
    body = body if isinstance(body, bytes | str) else json.dumps(body)
    told = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    return Client().post(f"/hooks/mail/{provider}/", body, content_type=content_type, **told, **headers)


def returned(message, *, action="failed", status="5.1.1", words=f"smtp; {GONE}", to="", message_id=""):
    """Return a report as Postfix writes it (RFC 3464)."""
    return (
        b"From: MAILER-DAEMON@relay.example\r\nTo: hello@juniperrow.example\r\nSubject: Undelivered Mail Returned to "
        b"Sender\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\r\n"
        b"\r\n--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
        b"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        + f"Final-Recipient: rfc822; {to or message.address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {words}\r\n\r\n".encode()
        + b"--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        + f"Message-ID: <{message_id or message.message_id}>\r\nTo: <{to or message.address}>\r\n\r\n--B--\r\n".encode()
    )


def complaint(message):
    """Return a complaint as a mailbox provider's feedback loop writes it (RFC 5965)."""
    return (
        b"From: fbl@mailbox.example\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: FBL/1\r\n"
        b"Version: 1\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n"
        + f"Message-ID: <{message.message_id}>\r\nTo: {message.address}\r\n\r\nHi\r\n--B--\r\n".encode()
    )


def shut():
    """Return the addresses that are shut, with the reason."""
    return dict(Suppression.objects.values_list("address_hash", "reason"))


def later():
    """Return the moment at which the worker gives up looking for the message that a report means."""
    return time_machine.travel(timezone.now() + hearing.PATIENCE + timedelta(minutes=1), tick=False)

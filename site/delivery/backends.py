"""The Django mailer behind `default`, so that allauth's and Wagtail's own mails pass our door."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

from delivery import actions, rendering
from delivery.envelope import Letter


class DoorBackend(BaseEmailBackend):
    """Hands whatever Django sends to the delivery door, where the worker sends it after commit."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue each message for each of its recipients; return how many messages were taken.

        Raises:
            ValueError: for a message with attachments, which no message of ours has.
        """
        for email in email_messages:
            letter, occasion = _letter(email), f"request:{uuid.uuid4()}"
            for to in email.recipients():
                actions.put(letter, to=to, occasion=occasion)
        return len(email_messages)


def _letter(email: EmailMessage) -> Letter:
    if email.attachments:
        raise ValueError("A message with attachments does not pass the door.")
    html = "".join(
        str(alternative.content)
        for alternative in getattr(email, "alternatives", ())
        if alternative.mimetype == "text/html"
    )
    body = str(email.body)
    if email.content_subtype == "html" and not isinstance(email, EmailMultiAlternatives):
        raise ValueError("A message in HTML needs its text beside it.")
    return Letter(
        subject=str(email.subject),
        html=html,
        text=body,
        sender_name=rendering.sender_name(),
        language=(translation.get_language() or "en").split("-")[0],
    )

"""Ways a message leaves: a small interface and its channels, chosen by MAIL_URL and BULK_MAIL_URL."""

from __future__ import annotations

from django.conf import settings

from delivery.channels.base import Channel
from delivery.channels.outbox import Outbox
from delivery.channels.smtp import Smtp


def channel_for(url: str) -> Channel:
    """Return the channel that a mail URL names, not yet opened.

    Args:
        url: `outbox://`, `smtp://user:password@host:port?tls=starttls|implicit|none` or `anymail+postmark://token@`,
            checked at start by config.env.
    """
    if url.startswith("anymail+"):
        from delivery.channels.provider import Provider  # only who writes through a provider pays for its library

        return Provider(url)
    return Outbox(settings.OUTBOX_ROOT) if url.startswith("outbox:") else Smtp(url)


def mail_url(*, is_bulk: bool) -> str:
    """Return where letters (`is_bulk`) or single messages go."""
    return str(settings.BULK_MAIL_URL if is_bulk else settings.MAIL_URL)

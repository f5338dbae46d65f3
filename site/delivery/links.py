"""The links in a message: signed for one purpose each, naming the message and nothing else."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse

from delivery.models import Message
from delivery.rows import Row
from vault import tokens

PURPOSE_OF_TAG = {
    "view_url": "view",
    "unsubscribe_url": "unsubscribe",
    "preferences_url": "preferences",
    "refer_url": "refer",
    "why_url": "why",
    "survey_url": "survey",
}
PURPOSE_OF_PATH = {"s": "survey"}  # what stands in an address eleven times is short


def url(purpose: str, message: Message | Row) -> str:
    """Return the absolute address of one of a message's own pages, as `https://…/e/view/<token>/`.

    Args:
        purpose: one of vault.tokens.PURPOSES; the link opens no other page.
        message: whose name, its key, it has from the moment it is made in Python.
    """
    return f"{settings.SITE_URL}{_path(purpose)}{tokens.sign(purpose, message.ref)}/"


@cache
def _path(purpose: str) -> str:
    """Return the path before the token: asked of the URLconf once, not for each link of each letter."""
    return reverse(f"mail:{purpose}", args=["token"]).removesuffix("token/")


def message_of(request: HttpRequest, purpose: str, token: str) -> Message:
    """Return the message that a link names, read once a request: its language is asked for before its page is.

    Raises:
        Http404: when the token is forged, cut or of another purpose, or its message is gone.
    """
    kept: dict[tuple[str, str], Message] = vars(request).setdefault("_messages_of_links", {})
    if (purpose, token) not in kept:
        kept[purpose, token] = _read(purpose, token)
    return kept[purpose, token]


def _read(purpose: str, token: str) -> Message:
    try:
        ref = tokens.read(purpose, token)
    except tokens.TokenRefused as error:
        raise Http404 from error
    message = Message.objects.named(ref).select_related("reader", "dispatch").first()
    if message is None:
        raise Http404
    return message


def of(message: Message | Row, tags: frozenset[str] | set[str]) -> dict[str, str]:
    """Return the link tags among `tags` with this message's own addresses."""
    asked = {tag: purpose for tag, purpose in PURPOSE_OF_TAG.items() if tag in tags}
    signed = tokens.sign_for(asked.values(), message.ref)
    return {tag: f"{settings.SITE_URL}{_path(purpose)}{signed[purpose]}/" for tag, purpose in asked.items()}

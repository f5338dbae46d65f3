"""Signed tokens for mail links: one salt per purpose, never interchangeable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing

PURPOSES = frozenset(
    {
        "view",
        "preferences",
        "unsubscribe",
        "survey",
        "click",
        "refer",
        "event",
        "confirm",
        "why",
        "join",
        "guest",
        "form",
    }
)


class TokenRefused(Exception):
    """A token is forged, cut, made for another purpose, or too old."""


def _salt(purpose: str) -> str:
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose!r} is not a purpose of tokens; the purposes are {', '.join(sorted(PURPOSES))}.")
    return f"goodword.token.{purpose}"


def sign(purpose: str, payload: Any) -> str:
    """Return a URL-safe token.

    Args:
        purpose: one of PURPOSES; the token opens for no other.
        payload: what JSON can hold; references only, never a name or an address.
    """
    return signing.dumps(payload, salt=_salt(purpose))


def read(purpose: str, token: str, *, max_age: timedelta | None = None) -> Any:
    """Return the payload of a token made by `sign` for the same purpose.

    Raises:
        TokenRefused: whatever is wrong with it; the reason is not told apart on purpose.
    """
    salt = _salt(purpose)
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except (signing.BadSignature, ValueError) as error:
        raise TokenRefused("This link is not valid any more.") from error

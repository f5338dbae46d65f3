"""Signing in by the pages themselves, as a person would."""

from __future__ import annotations

import re
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.test import Client

from accounts.models import User

LOGIN = "/accounts/login/"
ASK = "/accounts/login/code/"
ENTER = "/accounts/login/code/confirm/"
FACTOR = "/accounts/2fa/enter/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def ask_for_code(client: Client, email: str, **more: Any) -> Any:
    """Ask for a code and return the answer."""
    return client.post(ASK, {"email": email, **more})


def latest_code() -> str:
    """Return the six digits of the newest mail."""
    found = re.search(r"^\s+(\d{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert found, "the newest mail has no code"
    return found[1]


def enter_code(client: Client, code: str | None = None, **more: Any) -> Any:
    """Enter `code`, or the one that was mailed, and return the answer."""
    return client.post(ENTER, {"code": code or latest_code(), **more})


def by_code(client: Client, user: User, **more: Any) -> Any:
    """Sign `user` in by e-mail code and return the last answer."""
    ask_for_code(client, user.email)
    return enter_code(client, **more)


def give_factor(user: User) -> None:
    """Set up an authenticator app for `user`."""
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(SECRET)}
    )


def factor_code(secret: str = SECRET, *, steps: int = 0) -> str:
    """Return what the authenticator app shows, now or `steps` half-minutes later."""
    counter = next(iter(auth.yield_hotp_counters_from_time())) + steps
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def is_signed_in(client: Client) -> bool:
    """Return whether `client` holds a session of somebody."""
    return "_auth_user_id" in client.session

"""Our ways in allauth: no open sign-up, sealed factors, and every sign-in kept in the journal."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import drafts, happenings, sessions
from accounts.models import User
from vault import sealing

SEALED_AT = "mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts as Goodword has them: opened by invitation, entered by one door, each entry written down."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("This address and password do not match."),
        "incorrect_code": _("That is not the code we sent. Please look again."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("That was tried too often. Please wait a few minutes."),
        "rate_limited": _("That was tried too often. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited, and offices apply."""
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session, with its clocks, and write it down."""
        super().login(request, user)
        sessions.begin(request)
        if isinstance(user, User):
            request.session.pop("locked", None)
            drafts.note_waiting(request, user)
            happenings.signed_in(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Write the end down, and end the session."""
        happenings.signed_out(request)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down a password that was refused."""
        users = filter_users_by_email(credentials.get("email", ""), for_login=True)
        happenings.refused(users[0] if users else None, how="password")


class MFAAdapter(DefaultMFAAdapter):
    """The second factor as Goodword has it: its secrets sealed, its picture our own."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That code is not right. Wait for the next one and try again."),
        "unverified_email": _("Please confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """Return `text` sealed for the table of factors."""
        return base64.b64encode(sealing.seal(text.encode(), place=SEALED_AT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` sealed."""
        return sealing.unseal(base64.b64decode(encrypted_text), place=SEALED_AT).decode()

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code of `url`, dark on white in every theme."""
        picture = BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, border=3, light="#fff", xmldecl=False)
        return picture.getvalue().decode()

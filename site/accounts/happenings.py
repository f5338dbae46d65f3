"""Sign-ins, refusals, sign-outs and changes of factor, as the journal keeps them: by reference, never by address."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import sessions
from accounts.models import User
from journal import words
from journal.recording import record

NOBODY = "user:unknown"


@transaction.atomic
def signed_in(request: HttpRequest, user: User) -> None:
    """Write down who signed in and what they showed for it, as "code, mfa"."""
    proofs = [str(proof["method"]) for proof in get_authentication_records(request, user)]
    record("session.opened", subject=user, by=user, how=", ".join(dict.fromkeys(proofs)))


@transaction.atomic
def signed_out(request: HttpRequest) -> None:
    """Write down who signed out."""
    if isinstance(request.user, User):
        record("session.closed", subject=request.user, by=request.user)


@transaction.atomic
def sessions_ended(user: User) -> None:
    """Write down that somebody ended sessions of theirs elsewhere."""
    record("session.revoked", subject=user, by=user)


@transaction.atomic
def refused(user: Any, *, how: str) -> None:
    """Write down that a password or a code was refused; the address that was typed is not kept.

    Args:
        user: whose account was tried, or None for an address that nobody has.
        how: what was shown, as "password", "code" or "factor".
    """
    subject = user if isinstance(user, User) else NOBODY
    record("session.refused", subject=subject, by=NOBODY, how=how)


@receiver(factor_signals.authentication_failed)
def factor_refused(sender: Any, user: Any, **kwargs: Any) -> None:
    """Write down a refused code of an authenticator app."""
    refused(user, how="factor")


@receiver(factor_signals.authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Take a fresh factor as shown in this session, and end the others."""
    _write(user, "factor.added", authenticator)
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(
            request, user, method="mfa", type=str(authenticator.type), id=authenticator.pk, reauthenticated=True
        )
        sessions.end_others(request, user)


@receiver(factor_signals.authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """End the other sessions, and let this one show a new factor where one is due."""
    _write(user, "factor.removed", authenticator)
    if authenticator.type == Authenticator.Type.TOTP:
        sessions.drop_second_factor(request)
        sessions.end_others(request, user)


@receiver(factor_signals.authenticator_reset)
def factor_reset(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Write down fresh recovery codes, and end the other sessions."""
    _write(user, "factor.reset", authenticator)
    sessions.end_others(request, user)


@receiver([account_signals.password_changed, account_signals.password_set])
def password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write down a new password, and end the other sessions."""
    with transaction.atomic():
        record("password.changed", subject=user, by=user)
    sessions.end_others(request, user)


@receiver(account_signals.password_reset)
def password_reset(sender: Any, user: User, **kwargs: Any) -> None:
    """Write down a password that was set by an e-mail code, and end every session there is."""
    with transaction.atomic():
        record("password.reset", subject=user, by=user)
    sessions.end_all(user)


@receiver(account_signals.email_changed)
def address_changed(
    sender: Any, request: HttpRequest, user: User, from_email_address: Any = None, **kwargs: Any
) -> None:
    """Write down that sign-in codes go elsewhere now, and end the other sessions; a first address is no change."""
    if from_email_address is None:
        return
    with transaction.atomic():
        record("address.changed", subject=user, by=user)
    sessions.end_others(request, user)


@transaction.atomic
def _write(user: User, verb: str, authenticator: Authenticator) -> None:
    record(verb, subject=user, by=user, kind=str(authenticator.type))


words.say("session.opened", _("Signed in ({how})"), icon="key")
words.say("session.closed", _("Signed out"), icon="key")
words.say("session.revoked", _("Ended a session elsewhere"), icon="key")
words.say("session.locked", _("Screen locked ({why})"), icon="lock")
words.say("session.refused", _("Sign-in refused ({how})"), icon="alert")
words.say("factor.added", _("Second factor added ({kind})"), icon="lock")
words.say("factor.removed", _("Second factor removed ({kind})"), icon="lock")
words.say("factor.reset", _("Second factor renewed ({kind})"), icon="lock")
words.say("password.changed", _("Password changed"), icon="lock")
words.say("password.reset", _("Password set by e-mail code"), icon="lock")
words.say("address.changed", _("E-mail address changed"), icon="mail")

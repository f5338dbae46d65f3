"""Our ways in allauth: no open sign-up, six-digit codes, the second factor."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts as Goodword has them."""


class MFAAdapter(DefaultMFAAdapter):
    """The second factor as Goodword has it."""

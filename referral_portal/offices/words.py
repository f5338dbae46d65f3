"""The words of an office's news."""

from django.utils.translation import gettext_lazy as _

from journal.words import say


def speak() -> None:
    """Enter the words of every verb of an office."""
    say("office.applied", _("An office asked for an account"), icon="send")
    say("office.approved", _("The account was approved"), icon="check")
    say("office.declined", _("The account was declined"), icon="x")
    say("office.invited", _("A person was invited"), icon="mail")
    say("office.invitation_revoked", _("An invitation was taken back"), icon="x")
    say("office.joined", _("A person joined"), icon="user")

"""Who may write letters and who may send them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import may


def may_edit(user: User | AnonymousUser) -> bool:
    """Return whether `user` may write and try letters."""
    return may(user, "newsletters.edit")


def may_send(user: User | AnonymousUser) -> bool:
    """Return whether `user` may send letters to readers."""
    return may(user, "newsletters.send")


def may_choose_by_health(user: User | AnonymousUser) -> bool:
    """Return whether `user` may send to people who are chosen by their health."""
    return may(user, "segments.clinical")

"""Who may write letters, who may approve them and who may send them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import may
from newsletter.campaigns.approvers import ApprovalRule


def may_edit(user: User | AnonymousUser) -> bool:
    """Return whether `user` may write and try letters."""
    return may(user, "newsletters.edit")


def may_send(user: User | AnonymousUser) -> bool:
    """Return whether `user` may send letters to readers."""
    return may(user, "newsletters.send")


def may_choose_by_health(user: User | AnonymousUser) -> bool:
    """Return whether `user` may send to people who are chosen by their health."""
    return may(user, "segments.clinical")


def may_approve_some_day(user: User | AnonymousUser) -> bool:
    """Return whether `user` is among those who approve letters, now or in somebody's place."""
    return isinstance(user, User) and user in ApprovalRule.get().everybody()


def may_look(user: User | AnonymousUser) -> bool:
    """Return whether `user` may see a letter that is not sent: who writes letters, and who approves them."""
    return may_edit(user) or may_approve_some_day(user)

"""How timelines say what became of a promise."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say


def speak() -> None:
    """Enter the words of every verb of a follow-up."""
    say("follow_up.made", _("Promised"), icon="flag")
    say("follow_up.done", _("Done"), icon="check")
    say("follow_up.opened_again", _("Opened again"), icon="undo")
    say("follow_up.assigned", _("Handed on"), icon="user")
    say("follow_up.moved", _("Moved to another day"), icon="date")
    say("follow_up.heard", _("More was said"), icon="openquote")
    say("follow_up.noted", _("Note written"), icon="edit")
    say("follow_up.viewed", _("Opened and read"), icon="eye")

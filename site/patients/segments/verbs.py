"""How timelines say what happened to a segment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say


def speak() -> None:
    """Enter the words of its verbs."""
    say("segment.made", _("Segment saved"), icon="check")
    say("segment.changed", _("Segment changed"), icon="edit")
    say("segment.archived", _("Segment put away"), icon="cross")
    say("segment.restored", _("Segment taken out again"), icon="check")
    say("segment.viewed", _("People of a segment looked at"), icon="view")

"""How timelines say what happened to a letter and its readers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say

say("edition.copied", _("Begun from an earlier letter"), icon="copy")
say("edition.begun", _("Begun"), icon="plus")
say("edition.put_back", _("A block was put back"), icon="undo")
say("subscription.confirmed", _("Signed up for the letter"), icon="mail")

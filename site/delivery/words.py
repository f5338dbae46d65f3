"""How timelines say what happened to a dispatch."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say

say("dispatch.opened", _("We began to collect who gets it"), icon="users")
say("dispatch.frozen", _("Frozen for {messages} addresses"), icon="users")
say("dispatch.started", _("Sending began"), icon="send")
say("dispatch.paused", _("Sending was paused"), icon="pause")
say("dispatch.resumed", _("Sending went on"), icon="send")
say("dispatch.held", _("Sending stopped, and needs somebody to look"), icon="warning")
say("dispatch.cancelled", _("Canceled; {messages} did not get it"), icon="x")
say("dispatch.finished", _("Sending ended"), icon="check")
say("dispatch.reopened", _("Sending went on for letters that had not left"), icon="send")
say("preferences.chosen", _("Chose what they get"), icon="mail")
say("address.suppressed", _("Address blocked: {channel}"), icon="x")
say("address.lifted", _("Address open again: {channel} ({why})"), icon="check")
say("address.restored", _("Address open again: {channel}"), icon="check")

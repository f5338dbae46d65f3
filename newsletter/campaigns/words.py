"""How timelines say what happened to a letter on its way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say

say("campaign.prepared", _("Made ready to be sent"), icon="mail")
say("campaign.addressed", _("Addressed to other readers"), icon="users")
say("campaign.started", _("Sent to everyone chosen, in {letters} letters"), icon="send")
say("campaign.looked", _("Somebody looked at what the checks have doubts about"), icon="eye")
say("campaign.paused", _("Sending was paused"), icon="pause")
say("campaign.resumed", _("Sending went on"), icon="send")
say("campaign.cancelled", _("Stopped for everyone still waiting"), icon="x")
say("edition.tested", _("Sent as a test"), icon="mail")

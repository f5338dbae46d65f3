"""How timelines say what happened to a letter on its way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say

say("campaign.prepared", _("Made ready to be sent"), icon="mail")
say("campaign.addressed", _("Addressed to other readers"), icon="users")
say("campaign.started", _("Sent to everyone chosen"), icon="send")
say("campaign.scheduled", _("Got a time at which it leaves"), icon="clock")
say("campaign.postponed", _("Waits for the hours in which letters leave"), icon="clock")
say("campaign.taken_back", _("Taken back before it left"), icon="undo")
say("campaign.held", _("Did not leave at its time, and needs attention"), icon="alert")
say("campaign.found_there", _("A letter of which nobody knew arrived"), icon="check")
say("campaign.found_missing", _("A letter of which nobody knew did not arrive"), icon="x")
say("campaign.sent_again", _("One letter was sent once more"), icon="send")
say("campaign.resent", _("Sent again to the {letters} who were not reached"), icon="send")
say("campaign.viewed", _("Looked at its letters one by one"), icon="eye")
say("campaign.looked", _("Somebody looked at what the checks have doubts about"), icon="eye")
say("campaign.compared", _("The subject was chosen that everybody else got"), icon="check")
say("campaign.paused", _("Sending was paused"), icon="pause")
say("campaign.resumed", _("Sending went on"), icon="send")
say("campaign.cancelled", _("Stopped for everyone still waiting"), icon="x")
say("edition.tested", _("Sent as a test"), icon="mail")
say("campaign.approval_asked", _("Asked somebody to approve it"), icon="check")
say("campaign.approval_taken_back", _("The approval was taken back"), icon="undo")
say("campaign.approved", _("Approved for sending"), icon="check")
say("campaign.change_asked", _("A change was asked for"), icon="x")
say("campaign.approval_lost", _("Changed after it was approved"), icon="alert")
say("campaign.approval_regained", _("Says again what was approved"), icon="check")
say("campaign.approval_reminded", _("Reminded of the approval"), icon="mail")
say("campaign.approval_passed_on", _("The deputy may approve by now"), icon="users")

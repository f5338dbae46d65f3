"""The journal's words for what is done in Wagtail's own forms: pages, pictures, files and the practice's settings."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journal.words import say

say("page.create", _("Made a page"), icon="file")
say("page.edit", _("Saved a page as a draft"), icon="file")
say("page.publish", _("Published a page"), icon="send")
say("page.publish.schedule", _("Planned when a page is published"), icon="cal")
say("page.schedule.cancel", _("Took back when a page is published"), icon="cal")
say("page.unpublish", _("Took a page off the site"), icon="x")
say("page.delete", _("Deleted a page"), icon="x")
say("page.move", _("Moved a page"), icon="file")
say("page.copy", _("Copied a page"), icon="file")
say("page.revert", _("Went back to an earlier version of a page"), icon="file")
say("page.rename", _("Gave a page another title"), icon="file")
say("page.lock", _("Locked a page"), icon="lock")
say("page.unlock", _("Unlocked a page"), icon="lock")
say("page.workflow.start", _("Asked a second pair of eyes to look at a page"), icon="check")
say("page.workflow.approve", _("Said yes to a page"), icon="check")
say("page.workflow.reject", _("Asked for changes to a page"), icon="x")
say("page.workflow.resume", _("Asked again to look at a page"), icon="check")
say("page.workflow.cancel", _("Took back the question to look at a page"), icon="x")
say("page.comments.create", _("Wrote a comment on a page"), icon="chat")
say("page.comments.edit", _("Changed a comment on a page"), icon="chat")
say("page.comments.delete", _("Deleted a comment on a page"), icon="chat")
say("page.comments.resolve", _("Settled a comment on a page"), icon="chat")
say("page.comments.create_reply", _("Answered a comment on a page"), icon="chat")

THINGS: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    "picture": (_("Added a picture"), _("Changed a picture"), _("Deleted a picture")),
    "document": (_("Added a file"), _("Changed a file"), _("Deleted a file")),
    "practice": (_("Entered the practice"), _("Changed the practice’s name or mail"), ""),
    "location": (_("Added a location"), _("Changed a location"), _("Deleted a location")),
    "openinghours": (_("Added opening hours"), _("Changed opening hours"), _("Deleted opening hours")),
    "closure": (_("Added a holiday"), _("Changed a holiday"), _("Deleted a holiday")),
    "alert": (_("Put up an alert"), _("Changed an alert"), _("Took down an alert")),
    "staffmember": (_("Added somebody to the team"), _("Changed somebody of the team"), _("Deleted somebody")),
    "awaydate": (_("Entered days away"), _("Changed days away"), _("Deleted days away")),
    "provider": (_("Added a provider"), _("Changed a provider"), _("Deleted a provider")),
    "service": (_("Added a service"), _("Changed a service"), _("Deleted a service")),
    "plan": (_("Added an insurance plan"), _("Changed an insurance plan"), _("Deleted an insurance plan")),
    "topic": (_("Added a topic of tips"), _("Changed a topic of tips"), _("Deleted a topic of tips")),
    "branding": (_("Chose the colors"), _("Changed colors or logo"), ""),
}
for _kind, _sentences in THINGS.items():
    for _act, _sentence in zip(("create", "edit", "delete"), _sentences, strict=True):
        if _sentence:
            say(f"{_kind}.{_act}", _sentence, icon="settings")

say("journal.viewed", _("Read the journal"), icon="eye")
say("testimonial.withdrawn", _("Took back what they said of us; it stands on no page"), icon="x")

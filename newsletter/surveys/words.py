"""How timelines say what happened to an answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say

say("answer.given", _("Answered a letter’s question: {score}"), icon="openquote")
say("answer.changed", _("Changed the answer from {before} to {score}"), icon="edit")
say("answer.explained", _("Wrote more about the answer"), icon="edit")
say("answer.call_asked", _("Said whether we may call"), icon="phone")
say("answer.tagged", _("Themes of the answer changed"), icon="tag")
say("answer.viewed", _("Answer read"), icon="view")
say("survey.handed_out", _("Answers handed out as a table"), icon="download")

"""Why we do not write to somebody, in words for people; the rules stand in `patients.policy` and above."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "deceased": _("They have died. Nothing is sent."),
    "dismissed": _("They are no longer a patient of ours. Only what concerns their own records is sent."),
    "moved": _("They moved away. Only what they asked for is still sent, and no letters to the old address."),
    "no_adult": _("They are under 18, and no responsible adult is on file."),
    "no_address": _("There is no address for this on file."),
    "address_changed": _("The address changed after the letter was prepared."),
    "suppressed": _("The address is blocked: it bounced, complained, or said stop."),
    "paused": _("They asked for a break."),
    "objected": _("They did not agree to this, or said no."),
    "declined": _("They do not want this topic this way."),
    "only_visits": _("They only want to hear about their visits."),
    "capped": _("They got as many letters in 30 days as the practice sends at most."),
    "enough": _("They got as many letters as they want for now."),
    "quiet": _("It is outside the hours for this. It waits until the morning."),
    "erased": _("Their record was erased."),
    "cancelled": _("The sending was canceled."),
}


def in_words(reason: str) -> str:
    """Return a reason as a sentence; one that is a sentence already, as a mail server's, comes back as it is."""
    return str(REASONS.get(reason, reason))


SOURCES: dict[str, str | Promise] = {
    "desk": _("told at the desk or by phone"),
    "paper": _("on the paper form"),
    "preference_centre": _("on the page of choices"),
    "portal": _("in the portal"),
    "one_click": _("with the mail program's button"),
    "mail_link": _("with the letter's link"),
    "double_opt_in": _("on the website, confirmed by mail"),
    "import": _("from another system"),
    "merge": _("when records were merged"),
    "role": _("when they began to work with us"),
}


def source_in_words(source: str) -> str:
    """Return where something was said; a source that nobody named comes back as it is written."""
    return str(SOURCES.get(source, source.replace("_", " ")))

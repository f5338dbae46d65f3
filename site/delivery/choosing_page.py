"""What the page shows where somebody chooses: the same behind a mail link, in the portal and at the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from delivery.forms import AT_MOST, PAUSES
from patients import wordings
from patients.choices import Choices
from patients.models import Basis
from practice.courtesy import Courtesy

SOURCES: dict[str, str | Promise] = {
    "desk": _("at our desk"),
    "import": _("in the forms that you filled in with us"),
    "preference_centre": _("on the page where you choose what you get"),
    "double_opt_in": _("on our website, confirmed by the link that we sent you"),
    "website": _("on our website"),
    "portal": _("in your portal"),
    "paper": _("on the form that you signed"),
    "start": _("by texting START"),
}


def shown(choices: Choices) -> dict[str, Any]:
    """Return what the page's template asks for."""
    courtesy = Courtesy.get()
    return {
        "choices": choices,
        "pauses": PAUSES,
        "at_most": AT_MOST,
        "languages": [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES],
        "discreet_name": courtesy.discreet_name,
        "most_letters": courtesy.most_letters,
        "wording": wordings.shown()[wordings.PREFERENCES],
        **_rests_on(choices),
    }


def _rests_on(choices: Choices) -> dict[str, Any]:
    """Return since when and where somebody said yes to mail, the newest of it."""
    if choices.newest_yes is None:
        return {}
    at, source, basis = choices.newest_yes
    return {"since": at, "is_asked": basis == Basis.AGREED, "source": SOURCES.get(source, "")}

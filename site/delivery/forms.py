"""The shape of what somebody chooses: on a mail link's page, in the portal, at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients import topics
from patients.models import AtMost

PAUSES = [(0, _("No break")), (1, _("1 month")), (3, _("3 months")), (6, _("6 months"))]
AT_MOST: list[tuple[str, str | Promise]] = [("", _("All that I checked")), *AtMost.choices]
BOXES = [
    (f"{topic.name}.{channel}", f"{topic.name}.{channel}")
    for topic in topics.TOPICS.values()
    for channel in topics.CHANNELS
]


class PreferencesForm(forms.Form):
    """Which topics by which ways, how much, in which language, under which name, and whether to rest for a while."""

    wanted = forms.MultipleChoiceField(required=False, choices=BOXES)
    at_most = forms.ChoiceField(required=False, choices=AT_MOST)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    discreet = forms.TypedChoiceField(
        required=False, coerce=lambda value: value == "1", empty_value=None, choices=[("0", "0"), ("1", "1")]
    )
    pause = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=PAUSES)

    def chosen(self) -> dict[str, Any]:
        """Return what `patients.choosing.choose` takes."""
        found = self.cleaned_data
        return {
            "wanted": found["wanted"],
            "at_most": found["at_most"],
            "language": found["language"],
            "is_discreet": found["discreet"],
            "months": found["pause"],
        }


class DeskForm(PreferencesForm):
    """The same, told to a colleague: how they said it, and what proves it."""

    HOWS = (
        ("in_person", _("In person")),
        ("phone", _("By phone")),
        ("paper", _("On the paper form")),
        ("letter", _("By letter or e-mail")),
    )
    how = forms.ChoiceField(choices=HOWS, error_messages={"required": _("Say how they told you.")})
    signed_on = forms.DateField(required=False, error_messages={"invalid": _("Write the day as on the form.")})

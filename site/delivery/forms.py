"""The shape of what a mail link's page sends."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from patients.models import Purpose


class PreferencesForm(forms.Form):
    """Which letters, which language, and whether to rest for a while."""

    purposes = forms.MultipleChoiceField(
        required=False,
        choices=[
            (Purpose.OWN_SERVICES.value, _("Monthly letter with health tips")),
            (Purpose.TREATMENT.value, _("When a check-up is due")),
        ],
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    pause = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(0, _("No break")), (1, _("1 month")), (3, _("3 months")), (6, _("6 months"))],
    )

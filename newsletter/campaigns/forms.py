"""What people fill in around a letter that is not sent yet."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ChangeForm(forms.Form):
    """What should be otherwise before a letter may go."""

    note = forms.CharField(
        label=_("What should change?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a line what should change.")},
    )

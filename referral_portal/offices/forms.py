"""The forms of an office's people: invite somebody, join."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.forms import Styled
from referral_portal.offices.models import Invitation


class InviteForm(Styled, forms.Form):
    """Whom an admin invites, and what they may do."""

    email = forms.EmailField(
        label=_("Work e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    may = forms.ChoiceField(label=_("May do"), choices=Invitation.May.choices, initial=Invitation.May.SEND)


class JoinForm(Styled, forms.Form):
    """How the invited person is called."""

    first_name = forms.CharField(
        label=_("First name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )

    def __init__(self, *args: Any, is_known: bool = False, **kwargs: Any) -> None:
        """Ask nothing of somebody whose name we know."""
        super().__init__(*args, **kwargs)
        if is_known:
            self.fields.clear()

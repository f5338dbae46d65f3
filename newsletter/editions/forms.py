"""What a visitor types to get the letter."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from content.public_forms import PublicForm


class SubscribeForm(PublicForm):
    """One address. Only the network is counted: an address gets one mail a day in any case."""

    name: ClassVar[str] = "subscribe"
    per_network: ClassVar[int] = 20

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address, like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

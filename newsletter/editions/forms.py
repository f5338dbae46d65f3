"""What a visitor types to get the letter."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SubscribeForm(forms.Form):
    """One address; `website` is a trap that people do not see and machines fill in."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    website = forms.CharField(required=False)

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled the field that people do not see."""
        return bool(self.cleaned_data.get("website"))

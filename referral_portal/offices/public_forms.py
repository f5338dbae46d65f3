"""What an office fills in to ask for an account."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.public_forms import LineField, PhoneField, PublicForm, TextField
from referral_portal.offices.models import Office

NPI_PREFIX = "80840"  # CMS: the check digit counts with it, as the Luhn formula of ISO/IEC 7812


class NpiField(LineField):
    """A National Provider Identifier: ten digits, the last of which proves the others."""

    default_error_messages = {"invalid": _("Enter the ten digits of the NPI.")}

    def to_python(self, value: Any) -> str:
        """Return the ten digits.

        Raises:
            ValidationError: when they are no NPI.
        """
        text = re.sub(r"[\s-]", "", super().to_python(value))
        if text and not is_npi(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text


def is_npi(text: str) -> bool:
    """Return whether a text is an NPI by its length and check digit."""
    if not re.fullmatch(r"[0-9]{10}", text):
        return False
    figures = [int(figure) for figure in reversed(NPI_PREFIX + text)]
    doubled = [sum(divmod(2 * figure, 10)) for figure in figures[1::2]]
    return (sum(figures[::2]) + sum(doubled)) % 10 == 0


class ApplyForm(PublicForm):
    """An office asks for an account."""

    name: ClassVar[str] = "office"
    FOLDED: ClassVar[tuple[str, ...]] = ("street", "city", "state", "zip_code", "fax", "doctors", "npi")

    office_name = LineField(
        label=_("Office name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Enter the name of the office.")},
    )
    kind = forms.ChoiceField(label=_("Kind of office"), choices=Office.Kind.choices, initial=Office.Kind.GENERAL)
    your_name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    role = LineField(
        label=_("Your role"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your work e-mail.")},
    )
    phone = PhoneField(label=_("Office phone"), error_messages={"required": _("Enter the phone number of the office.")})
    news_by = forms.ChoiceField(
        label=_("How do you want news of your patients?"),
        choices=Office.News.choices,
        initial=Office.News.PORTAL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you want news.")},
    )
    street = LineField(
        label=_("Street"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    city = LineField(
        label=_("City"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    state = forms.RegexField(
        label=_("State"),
        regex=r"^[A-Za-z]{2}\Z",
        required=False,
        error_messages={"invalid": _("Enter two letters, like WA.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    zip_code = forms.RegexField(
        label=_("ZIP code"),
        regex=r"^[0-9]{5}(?:-[0-9]{4})?\Z",
        required=False,
        error_messages={"invalid": _("Enter five digits, like 98299.")},
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    fax = PhoneField(label=_("Fax"), required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    doctors = TextField(
        label=_("Who refers from your office?"),
        max_length=600,
        required=False,
        help_text=_("One name a line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    npi = NpiField(
        label=_("NPI of one of them"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    may_act = forms.BooleanField(
        label=_("I may act for this office"),
        error_messages={"required": _("Please check this box, or ask someone who may.")},
    )

    @property
    def address(self) -> str:
        """Return the applicant's address."""
        return str(self.cleaned_data.get("email", ""))

    @property
    def is_unfolded(self) -> bool:
        """Whether the folded part holds something, or something is wrong in it."""
        return self.is_bound and any(self.data.get(name) or name in self.errors for name in self.FOLDED)

    def clean_state(self) -> str:
        """Return the state in capitals."""
        return str(self.cleaned_data.get("state") or "").upper()

    def clean(self) -> dict[str, Any]:
        """Ask for the number of who wants news by fax."""
        found = super().clean()
        if found.get("news_by") == Office.News.FAX and not found.get("fax") and "fax" not in self.errors:
            self.add_error("fax", _("Enter your fax number, or choose another way."))
        return found

    def said(self) -> dict[str, Any]:
        """Return what was filled in."""
        return {**self.cleaned_data, **self.language}

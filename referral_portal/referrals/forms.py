"""What people fill in: shapes only; the rules stand in actions and policy."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from content.forms import Chips, Styled
from referral_portal.referrals.models import CONSENT_WORDING, CONSENTS, Referral, normal_contact

LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
PHONE_DIGITS = range(10, 16)


class FirstNameField(forms.CharField):
    """A first name: one line, no control characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(**kwargs)
        self.widget.attrs.update({"autocapitalize": "words", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        """Return the name on one line."""
        return " ".join(LINE_BREAKS.sub(" ", str(super().to_python(value) or "")).split())


class ContactField(forms.CharField):
    """A phone number with its area code, or an e-mail address; the person chooses."""

    default_error_messages = {"invalid": _("Enter a phone number with area code, or an e-mail address.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the number or address in its one form.

        Raises:
            ValidationError: when it is neither.
        """
        text = LINE_BREAKS.sub("", str(super().to_python(value) or "")).strip()
        if not text:
            return ""
        if "@" in text:
            try:
                validate_email(text)
            except ValidationError as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
            return normal_contact(text)
        digits = re.sub(r"\D", "", text)
        if len(digits) not in PHONE_DIGITS or re.search(r"[^\d\s().+/-]", text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return normal_contact(text)


class FriendNamedForm(Styled, forms.Form):
    """The referrer gives a friend's first name and how to reach them."""

    first_name = FirstNameField(label=_("Friend's first name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    contact = ContactField(label=_("Friend's phone or e-mail"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    relation = forms.ChoiceField(
        label=_("How do you know each other?"),
        choices=Referral.Relation.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    friend_agrees = forms.BooleanField(
        label=_("My friend knows, and is happy to hear from you"),
        error_messages={"required": _("Please ask your friend first, then check this box.")},
    )


class FriendForm(Styled, forms.Form):
    """The friend asks for a call: three empty boxes, of which consent and age are needed."""

    TIMES = (("mornings", _("Mornings")), ("noon", _("Around noon")), ("afternoons", _("After 3:00 PM")))

    first_name = FirstNameField(label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    contact = ContactField(
        label=_("Phone or e-mail"),
        help_text=_("Whichever you like better."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reach_by = forms.ChoiceField(
        label=_("How should we reach you?"),
        choices=Referral.Reach.choices,
        initial=Referral.Reach.CALL,
        widget=forms.RadioSelect,
    )
    good_times = forms.MultipleChoiceField(
        label=_("When is good?"), choices=TIMES, required=False, widget=Chips
    )
    consents = forms.BooleanField(
        label=CONSENTS[CONSENT_WORDING],
        error_messages={"required": _("Please check this box, so we can reach you.")},
    )
    may_tell = forms.BooleanField(label=_("You may tell the friend who sent me that I came"), required=False)
    is_adult = forms.BooleanField(
        label=_("I am 18 or older"), error_messages={"required": _("This page is for people 18 or older.")}
    )
    website = forms.CharField(required=False, max_length=200)

    @property
    def is_from_a_robot(self) -> bool:
        """Return whether the field that people do not see was filled."""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Ask that the way to reach the friend fits what they gave."""
        found = super().clean() or {}
        contact, reach_by = str(found.get("contact", "")), found.get("reach_by")
        if contact and reach_by == Referral.Reach.EMAIL and "@" not in contact:
            self.add_error("contact", _("Enter an e-mail address, or choose Call or Text."))
        if contact and reach_by != Referral.Reach.EMAIL and reach_by and "@" in contact:
            self.add_error("contact", _("Enter a phone number, or choose E-mail."))
        return found

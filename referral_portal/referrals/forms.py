"""What people fill in: shapes only; the rules stand in actions and policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from content.forms import Chips, Styled
from content.public_forms import Count, LineField, PublicForm, ReachField
from practice import phones
from referral_portal.referrals.models import CONSENT_WORDING, CONSENTS, PersonalLink, Referral, normal_contact

PER_DAY_AND_LINK, A_DAY = 40, timedelta(days=1)  # far above what one person's friends do


class FirstNameField(LineField):
    """A first name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(**kwargs)
        self.widget.attrs.update({"autocapitalize": "words", "spellcheck": "false"})


class ContactField(ReachField):
    """A phone number that reaches the person, or an e-mail address, in its one form.

    Numbers are dialed and compared in that form, in which an extension would be read as more of the number.
    """

    default_error_messages = {"extension": _("Leave out the extension, and enter a number that rings at yours.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the number or address in its one form.

        Raises:
            ValidationError: when it is neither, or a number with an extension.
        """
        text = super().to_python(value)
        if "@" not in text and phones.EXTENSION.search(text):
            raise ValidationError(self.error_messages["extension"], code="extension")
        return normal_contact(text) if text else ""


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


class FriendForm(PublicForm):
    """The friend asks for a call: three empty boxes, of which consent and age are needed."""

    name: ClassVar[str] = "friend"
    per_network: ClassVar[int] = 8
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
    good_times = forms.MultipleChoiceField(label=_("When is good?"), choices=TIMES, required=False, widget=Chips)
    consents = forms.BooleanField(
        label=CONSENTS[CONSENT_WORDING],
        error_messages={"required": _("Please check this box, so we can reach you.")},
    )
    may_tell = forms.BooleanField(label=_("You may tell the friend who sent me that I came"), required=False)
    is_adult = forms.BooleanField(
        label=_("I am 18 or older"), error_messages={"required": _("This page is for people 18 or older.")}
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, link: PersonalLink, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.link = link

    @property
    def address(self) -> str:
        """Return whom the friend's answer is for."""
        return str(self.cleaned_data.get("contact", ""))

    def counted(self, network: str) -> list[Count]:
        """Count by the link as well, which may be printed somewhere."""
        return [*super().counted(network), Count("friend:link", self.link.code, PER_DAY_AND_LINK, A_DAY)]

    def clean(self) -> dict[str, Any]:
        """Ask that the way to reach the friend fits what they gave."""
        found = super().clean()
        contact, reach_by = str(found.get("contact", "")), found.get("reach_by")
        if contact and reach_by == Referral.Reach.EMAIL and "@" not in contact:
            self.add_error("contact", _("Enter an e-mail address, or choose Call or Text."))
        if contact and reach_by != Referral.Reach.EMAIL and reach_by and "@" in contact:
            self.add_error("contact", _("Enter a phone number, or choose E-mail."))
        return found

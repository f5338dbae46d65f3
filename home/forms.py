"""What a visitor fills in at the front door: to ask for a visit, to write to us."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.public_forms import LineField, PhoneField, PublicForm, ReachField, TextField
from practice.models import Location, Practice, Service, Weekday

VISIT_WORDING = "visit-contact-2026-11"
WEEK_OF_WORK = range(5)
SHORT = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
FIRST_SERVICES = 4
CHECK_UP, BOTHERS, OTHER = "check-up", "bothers", "other"


class ChipBoxes(forms.CheckboxSelectMultiple):
    """Boxes in a row, drawn as chips."""


class ShortForm(PublicForm):
    """A form whose several boxes are drawn as chips, like its single ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, ChipBoxes):
                field.widget.template_name = "components/widgets/chips.html"


class VisitForm(ShortForm):
    """Somebody asks for a visit: what about, when, and how we answer. There is no room for a health history."""

    name: ClassVar[str] = "visit"
    BEEN = (("yes", _("Yes")), ("no", _("No, first visit")))
    TIMES = (("early", _("Early")), ("midday", _("Midday")), ("late", _("After 3:00 PM")))
    HOW = (
        ("call", pgettext_lazy("how we answer", "Call")),
        ("text", pgettext_lazy("how we answer", "Text")),
        ("email", _("E-mail")),
    )

    been = forms.ChoiceField(
        label=_("Have you been here before?"),
        choices=BEEN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose Yes or No.")},
    )
    about = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest.")},
    )
    days = forms.MultipleChoiceField(label=_("Which days?"), required=False, widget=ChipBoxes)
    times = forms.MultipleChoiceField(label=_("Time of day"), choices=TIMES, required=False, widget=ChipBoxes)
    first_name = LineField(
        label=_("First name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Enter your first name.")},
    )
    last_name = LineField(
        label=_("Last name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Enter your last name.")},
    )
    phone = PhoneField(label=_("Phone"), error_messages={"required": _("Enter your phone number.")})
    how = forms.ChoiceField(
        label=_("How should we answer?"),
        choices=HOW,
        initial="call",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we should answer.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("Only if we should answer by e-mail."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    agrees = forms.BooleanField(
        label=_("Yes, you may call, text, or e-mail me about this visit"),
        error_messages={"required": _("Please check this box, so we can answer you.")},
    )
    short_notice = forms.BooleanField(label=_("Call me if a time opens up at short notice (optional)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._field("about").choices = subjects()
        self._field("days").choices = open_days()

    @property
    def address(self) -> str:
        """Return the phone number."""
        return "".join(letter for letter in str(self.cleaned_data.get("phone", "")) if letter.isdecimal())

    def clean(self) -> dict[str, Any]:
        """Ask for an e-mail address of who wants the answer there."""
        found = super().clean()
        if found.get("how") == "email" and not found.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter your e-mail address, or choose Call or Text."))
        return found

    def said(self) -> dict[str, Any]:
        """Return what was filled in, with the words that were agreed to."""
        return {**self.cleaned_data, "agrees": VISIT_WORDING, **self.language}

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field


class MessageForm(ShortForm):
    """Somebody writes to us; only our team reads it, so health has a place here."""

    name: ClassVar[str] = "message"

    full_name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    reach = ReachField(
        label=_("Phone or e-mail"),
        max_length=254,
        help_text=_("Where we may answer you."),
        error_messages={"required": _("Enter a phone number or an e-mail address, so we can answer.")},
    )
    text = TextField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a line or two.")},
    )

    @property
    def address(self) -> str:
        """Return the address or number to answer to."""
        return str(self.cleaned_data.get("reach", ""))

    def said(self) -> dict[str, Any]:
        """Return what was filled in."""
        return {**self.cleaned_data, **self.language}


def subjects() -> list[tuple[str, Any]]:
    """Return what a visit may be about: the plain reasons, and the services that come first with us."""
    practice = Practice.get()
    is_dental = practice is None or practice.kind == Practice.Kind.DENTIST
    return [
        (CHECK_UP, _("Check-up and cleaning") if is_dental else _("Check-up")),
        (BOTHERS, _("A tooth bothers me") if is_dental else _("Something bothers me")),
        *((service.slug, service.shown_name) for service in Service.objects.order_by("order", "name")[:FIRST_SERVICES]),
        (OTHER, _("Something else")),
    ]


def open_days() -> list[tuple[str, Any]]:
    """Return the weekdays on which a location of ours is open; the working week where nobody entered hours."""
    spans = Location.objects.values_list("hours__weekday", flat=True)
    open_on = {day for day in spans if day is not None} or set(WEEK_OF_WORK)
    return [(str(day.value), SHORT[day.value]) for day in Weekday if day.value in open_on]

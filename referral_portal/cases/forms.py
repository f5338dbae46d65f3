"""The forms of a case as an office fills them in: shape only, the rules are the actions'."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import date_format
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from content.forms import Styled
from practice import clocks
from practice.models import Location, Provider, Service
from referral_portal.cases import matching, typed
from referral_portal.cases.actions import Given
from referral_portal.cases.choices import (
    PERMANENT_TEETH,
    PRIMARY_TEETH,
    TOOTH_REASONS,
    Alert,
    Area,
    Called,
    Language,
    Reason,
    ToothSet,
    Urgency,
)
from referral_portal.offices.models import Office, ReferringDoctor
from referral_portal.offices.policy import doctors_of

ADULT = 18
FILE_TYPES = ".jpg,.jpeg,.png,.pdf,.dcm"


class SeveralFilesInput(forms.ClearableFileInput):
    """A file input that takes several at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return the files, none included."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if self.required and not files:
            raise forms.ValidationError(now_("Choose a file first."))
        return files


class CaseForm(Styled, forms.Form):
    """Send a patient: one page."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    doctor = forms.ChoiceField(label=_("Referring dentist"))
    provider = forms.ChoiceField(label=_("For"), required=False)
    location = forms.ChoiceField(label=_("Location"))
    patient = forms.CharField(
        label=_("Find or add a patient"),
        max_length=200,
        required=False,
        help_text=_("Name, birth date, phone. Paste a whole line from your chart software."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    given_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    family_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    born = forms.DateField(
        label=_("Birth date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=32, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    dob = forms.DateField(required=False)
    knows = forms.BooleanField(
        label=_("The patient knows, and may be called or texted about this visit"),
        error_messages={"required": _("Please ask the patient first, then check this box.")},
    )
    reason = forms.ChoiceField(
        label=_("Reason"), choices=Reason.choices, error_messages={"required": _("Choose a reason.")}
    )
    tooth_set = forms.ChoiceField(label=_("Which tooth?"), choices=ToothSet.choices, initial=ToothSet.PERMANENT)
    tooth = forms.MultipleChoiceField(
        choices=[(tooth, tooth) for tooth in (*PERMANENT_TEETH, *PRIMARY_TEETH)], required=False
    )
    arch = forms.MultipleChoiceField(choices=Area.choices, required=False)
    urgency = forms.ChoiceField(label=_("How soon?"), choices=Urgency.choices, initial=Urgency.ROUTINE)
    called = forms.ChoiceField(choices=Called.choices, required=False)
    note = forms.CharField(
        label=_("Note for the dentist"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    uploads = SeveralFilesField(
        label=_("X-rays and files"), required=False, widget=SeveralFilesInput(attrs={"accept": FILE_TYPES})
    )
    plan = forms.CharField(label=_("Insurance plan"), max_length=120, required=False)
    member_id = forms.CharField(
        label=_("Member ID"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, initial=Language.ENGLISH, required=False
    )
    responsible_adult = forms.CharField(
        label=_("Responsible adult"), max_length=120, required=False, help_text=_("Only under 18")
    )
    alert = forms.MultipleChoiceField(choices=Alert.choices, required=False)
    anyway = forms.BooleanField(required=False)

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        """Offer this office's doctors, and our own providers and locations."""
        initial = {"request_key": uuid4(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.office = office
        self.doctors: dict[str, ReferringDoctor] = {one.ref: one for one in doctors_of(office)}
        providers = Provider.objects.filter(accepts_cases=True, staff_member__is_active=True)
        self.providers: dict[str, Provider] = {one.ref: one for one in providers}
        places = Location.objects.select_related("practice").prefetch_related("hours", "closures")
        self.locations: dict[str, Location] = {one.ref: one for one in places}
        self._offer("doctor", self.doctors)
        self._offer("provider", self.providers, ("", _("First available")))
        self._offer("location", self.locations)
        self.fields["location"].required = len(self.locations) > 1
        self.days: tuple[date, ...] = ()

    def _offer(self, name: str, things: Mapping[str, object], *first: tuple[str, Any]) -> None:
        self.fields[name].choices = [*first, *((ref, str(one)) for ref, one in things.items())]  # type: ignore[attr-defined]

    @property
    def here(self) -> Location | None:
        """Return the main location."""
        return next(iter(self.locations.values()), None)

    @property
    def plans(self) -> list[str]:
        """Return the insurance plans that we take."""
        return [plan.name for plan in self.here.practice.plans] if self.here else []

    @property
    def key(self) -> UUID:
        """Return the form's own key: the same for every try, so that a double click sends once."""
        try:
            return UUID(str(self["request_key"].value()))
        except ValueError:
            return uuid4()

    @property
    def ticked(self) -> dict[str, list[str]]:
        """Return what is ticked among teeth, parts of the mouth and alerts."""
        values = {name: self[name].value() or [] for name in ("tooth", "arch", "alert")}
        return {name: [value] if isinstance(value, str) else list(value) for name, value in values.items()}

    @property
    def is_typed_apart(self) -> bool:
        """Whether the person was given field by field, so that these fields stand open."""
        names = ("given_name", "family_name", "born", "phone")
        return any(self[name].value() for name in names) or (self.is_bound and any(self[name].errors for name in names))

    @property
    def is_unfolded(self) -> bool:
        """Whether something stands in the fold, or is wrong there."""
        filled = any(self[name].value() for name in ("plan", "member_id", "responsible_adult", "alert"))
        return filled or (self.is_bound and bool(self["responsible_adult"].errors))

    def clean(self) -> dict[str, Any]:
        """Read the patient's line, ask what may be read in two ways, and bring teeth and service together."""
        data = super().clean() or {}
        self._read_person(data)
        self._read_teeth(data)
        if data.get("urgency") == Urgency.EMERGENCY and not data.get("called"):
            self.add_error("called", now_("Please call us, or tell us where to call you."))
        data["doctor"] = self.doctors.get(data.get("doctor", ""))
        data["provider"] = self.providers.get(data.get("provider", ""))
        data["location"] = self.locations.get(data.get("location", "")) or self.here
        services = list(Service.objects.filter(takes_cases=True))
        data["service"] = matching.service_for(data.get("reason", ""), services, data["provider"])
        if data["service"] is None or data["location"] is None:
            self.add_error(None, now_("We cannot take referrals here yet. Please call us."))
        return data

    def _read_person(self, data: dict[str, Any]) -> None:
        line = typed.line(data.get("patient") or "")
        for name in ("given_name", "family_name", "phone"):
            data[name] = (data.get(name) or getattr(line, name)).strip()
        data["phone"] = typed.phone_shown(data["phone"])
        self.days = (data["born"],) if data.get("born") else line.days
        if len(self.days) > 1 and data.get("dob") in self.days:
            data["born"] = data["dob"]
        elif len(self.days) > 1:
            self.add_error("dob", now_("Please choose the birth date. It can be read in two ways."))
        elif self.days:
            data["born"] = self.days[0]
        if not data["given_name"] or not data["family_name"]:
            self.add_error("patient", now_("Please give first and last name."))
        if not self.days:
            self.add_error("patient", now_("Please give the birth date, as in 03/14/1954."))
        elif self.days[0] > clocks.today():
            self.add_error("born", now_("This date is in the future."))
        if len([figure for figure in data["phone"] if figure.isdigit()]) < 10:
            self.add_error("patient", now_("Please give a phone number with its area code."))
        born = data.get("born")
        if born and _age(born) < ADULT and not data.get("responsible_adult"):
            self.add_error("responsible_adult", now_("The patient is under 18: who is the responsible adult?"))

    def _read_teeth(self, data: dict[str, Any]) -> None:
        which = data.get("tooth_set")
        chosen = data.get("tooth") or []
        if which == ToothSet.PERMANENT:
            teeth = [tooth for tooth in chosen if tooth in PERMANENT_TEETH]
        elif which == ToothSet.PRIMARY:
            teeth = [tooth for tooth in chosen if tooth in PRIMARY_TEETH]
        elif which == ToothSet.QUADRANT:
            teeth = list(data.get("arch") or [])
        else:
            teeth = []
        data["teeth"] = tuple(teeth)
        if data.get("reason") in TOOTH_REASONS and not teeth and which != ToothSet.UNSURE:
            self.add_error("tooth_set", now_("Choose the tooth, or “Not sure”."))

    @property
    def person(self) -> dict[str, Any]:
        """Return what was read of the patient, for the callout under the line."""
        data = getattr(self, "cleaned_data", {})
        return {name: data.get(name, "") for name in ("given_name", "family_name", "phone")}

    @property
    def day_choices(self) -> list[tuple[str, str]]:
        """Return the two ways to read the birth date, in words."""
        return [(day.isoformat(), date_format(day, "F j, Y")) for day in self.days]

    def given(self) -> Given:
        """Return what the action wants, from valid data."""
        data = self.cleaned_data
        return Given(
            given_name=data["given_name"],
            family_name=data["family_name"],
            born_on=data["born"],
            phone=data["phone"],
            service=data["service"],
            location=data["location"],
            referring_doctor=data["doctor"],
            provider=data["provider"],
            urgency=data["urgency"],
            reason=data["reason"],
            tooth_set=data["tooth_set"],
            teeth=data["teeth"],
            remark=data["note"],
            plan=data["plan"],
            member_id=data["member_id"],
            language=data["language"] or Language.ENGLISH,
            responsible_adult=data["responsible_adult"],
            alerts=tuple(data["alert"]),
            emergency_call=data["called"] if data["urgency"] == Urgency.EMERGENCY else "",
            may_be_called=data["knows"],
        )


def _age(born: date) -> int:
    today = clocks.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class MessageForm(Styled, forms.Form):
    """A message to the team."""

    msg = forms.CharField(
        label=_("Write to the team"),
        max_length=4000,
        help_text=_("Only our team and your office see this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    file = forms.FileField(
        label=_("Attach a file"), required=False, widget=forms.FileInput(attrs={"accept": FILE_TYPES})
    )


class FileForm(Styled, forms.Form):
    """More files for a case that was sent."""

    uploads = SeveralFilesField(
        label=_("Files"),
        widget=SeveralFilesInput(attrs={"accept": FILE_TYPES}),
        help_text=_("JPEG, PNG, PDF, or DICOM, up to 25 MB each."),
    )


class ReasonForm(Styled, forms.Form):
    """Why somebody asks to cancel, or takes a referral back."""

    reason = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CorrectionForm(Styled, forms.Form):
    """What was wrong, and what is right."""

    FIELDS = (
        ("phone", _("Phone")),
        ("given_name", _("First name")),
        ("family_name", _("Last name")),
        ("born", _("Birth date")),
        ("alerts", _("Needs to know")),
        ("plan", _("Insurance plan")),
        ("member_id", _("Member ID")),
        ("responsible_adult", _("Responsible adult")),
        ("remark", _("Note for the dentist")),
    )
    field = forms.ChoiceField(label=_("What is wrong?"), choices=FIELDS, widget=forms.RadioSelect)
    value = forms.CharField(
        label=_("What is right?"),
        max_length=1000,
        help_text=_("The old value stays visible, struck through."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Bring a date and a phone to their one form."""
        data = super().clean() or {}
        if data.get("field") == "born" and data.get("value"):
            days = typed.days_in(data["value"])
            if len(days) == 1:
                data["value"] = days[0].isoformat()
            else:
                self.add_error("value", now_("Please write the date with the month's name, as in March 4, 1954."))
        elif data.get("field") == "phone" and data.get("value"):
            data["value"] = typed.phone_shown(data["value"])
        return data

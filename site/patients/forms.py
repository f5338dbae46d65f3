"""What staff type about patients: its shape only; rules live in the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from patients import exporting, finding, merging
from patients.finding import Asked
from patients.inputs import DAY, PlainField, TextField
from patients.models import Attribute, Channel, Confidant, Erasure, Gender, Patient, PatientStatus, PayerClass, Tag
from practice import clocks
from practice.models import Location, Provider
from vault import refs

LONGEST_SEARCH = 80


class Narrowing(forms.Form):
    """What narrows the list; whatever makes no sense does not matter."""

    q = forms.CharField(required=False)
    view = forms.ChoiceField(choices=list(finding.VIEWS.items()), required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Any status")), *PatientStatus.choices], required=False
    )
    location = forms.TypedChoiceField(label=_("Location"), required=False, coerce=int, empty_value=None)
    provider = forms.TypedChoiceField(label=_("Provider"), required=False, coerce=int, empty_value=None)
    tag = forms.TypedChoiceField(label=_("Tag"), required=False, coerce=int, empty_value=None)
    after = forms.CharField(required=False, max_length=24)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, tuple[Any, Any]] = {
            "location": (_("Any location"), Location.objects.values_list("pk", "name")),
            "provider": (_("Any provider"), Provider.objects.values_list("pk", "name")),
            "tag": (_("Any tag"), Tag.objects.values_list("pk", "name")),
        }
        for name, (nothing, rows) in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", nothing), *((str(pk), label) for pk, label in rows)]

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """Return the fields that stand in the fold; one that offers no choice is left out."""
        found = [self[name] for name in ("status", "location", "provider", "tag")]
        return [one for one in found if len(one.subwidgets) > 2]

    def asked(self) -> Asked:
        """Return what was asked for."""
        self.is_valid()
        given = self.cleaned_data
        text = " ".join("".join(one for one in given.get("q") or "" if one.isprintable()).split())[:LONGEST_SEARCH]
        return Asked(
            view=given.get("view") or ("all" if text else "active"),
            text=text,
            status=given.get("status") or "",
            location=given.get("location"),
            provider=given.get("provider"),
            tag=given.get("tag"),
            after=given.get("after") or "",
        )


class PersonForm(forms.Form):
    """Who somebody is and how they come to us."""

    given_name = PlainField(label=_("First name"), max_length=80)
    family_name = PlainField(label=_("Last name"), max_length=80)
    born_on = forms.DateField(label=_("Birth date"), required=False, widget=DAY)
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[("", _("Not asked")), *Gender.choices])
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    location = forms.ModelChoiceField(label=_("Location"), queryset=Location.objects.all(), required=False)
    provider = forms.ModelChoiceField(
        label=_("Provider"), queryset=Provider.objects.select_related("staff_member"), required=False
    )
    payer_class = forms.ChoiceField(label=_("Who pays"), choices=PayerClass.choices, initial=PayerClass.UNKNOWN)
    source = PlainField(label=_("Came by"), max_length=60, required=False)
    responsible = PlainField(
        label=_("Who answers for them"),
        max_length=24,
        required=False,
        help_text=_("A patient’s reference, as PT-7K2M."),
    )
    street = PlainField(label=_("Street"), max_length=160, required=False)
    city = PlainField(label=_("City"), max_length=80, required=False)
    state = PlainField(label=_("State"), max_length=2, required=False)
    postal_code = PlainField(label=_("ZIP code"), max_length=10, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, patient: Patient | None = None, **kwargs: Any) -> None:
        self.patient = patient
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, patient: Patient) -> PersonForm:
        """Return the form filled with what stands."""
        home = getattr(patient.reader, "postal_address", None)
        initial = {name: getattr(patient, name) for name in ("born_on", "gender", "payer_class", "source", "version")}
        initial |= {name: getattr(patient.reader, name) for name in ("given_name", "family_name", "language")}
        initial |= {name: getattr(home, name, "") for name in ("street", "city", "state", "postal_code")}
        initial |= {"location": patient.location_id, "provider": patient.provider_id}
        initial["responsible"] = patient.responsible.ref if patient.responsible else ""
        return cls(initial=initial, patient=patient)

    def clean_born_on(self) -> date | None:
        """Refuse a day to come."""
        born: date | None = self.cleaned_data["born_on"]
        if born is not None and not date(1890, 1, 1) <= born <= clocks.today():
            raise forms.ValidationError(_("This cannot be a birth date."))
        return born

    def clean_state(self) -> str:
        """Return two capital letters."""
        return str(self.cleaned_data["state"]).upper()

    def clean_responsible(self) -> Patient | None:
        """Return the patient who answers for this one."""
        ref = refs.heard(self.cleaned_data["responsible"])
        if not ref:
            return None
        found = Patient.objects.filter(ref=ref).first()
        if found is None or (self.patient is not None and found.pk == self.patient.pk):
            raise forms.ValidationError(_("No other patient has this reference."))
        return found


class PointForm(forms.Form):
    """One more way to reach somebody."""

    channel = forms.ChoiceField(
        label=_("What"),
        choices=[(Channel.SMS, _("Mobile phone")), (Channel.PHONE, _("Other phone")), (Channel.EMAIL, _("E-mail"))],
    )
    address = PlainField(label=_("Number or address"), max_length=254)
    is_verified = forms.BooleanField(label=_("They told us so themselves, just now"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be an address or a number."""
        given: dict[str, Any] = super().clean() or {}
        address, channel = given.get("address", ""), given.get("channel")
        if channel == Channel.EMAIL and address:
            try:
                validate_email(address)
            except forms.ValidationError:
                self.add_error("address", _("This is not a whole e-mail address."))
        elif address and not 7 <= sum(letter.isdigit() for letter in address) <= 15:
            self.add_error("address", _("This is not a whole phone number."))
        return given


class ConfidantForm(forms.Form):
    """Somebody who may be told."""

    name = PlainField(label=_("Name"), max_length=80)
    relation = PlainField(label=_("Who they are to the patient"), max_length=40, required=False)
    phone = PlainField(label=_("Phone"), max_length=32, required=False)
    extent = forms.ChoiceField(label=_("What they may be told"), choices=Confidant.Extent.choices)
    until = forms.DateField(
        label=_("Until"), required=False, widget=DAY, help_text=_("Empty: until they say otherwise.")
    )


class NoteForm(forms.Form):
    """What somebody notes."""

    text = TextField(label=_("Note"), max_length=2000, widget=forms.Textarea({"rows": 6}))


class FactsForm(forms.Form):
    """Tags, and a field for each attribute that is in use."""

    tags = forms.ModelMultipleChoiceField(
        label=_("Tags"), queryset=Tag.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attributes = {f"fact_{one.slug}": one for one in Attribute.objects.filter(is_active=True)}
        said = {value.attribute_id: value.value for value in patient.attribute_values.select_related("attribute")}
        self.initial["tags"] = list(patient.reader.tags.all())
        for name, attribute in self.attributes.items():
            self.fields[name] = _field_of(attribute)
            self.initial[name] = said.get(attribute.pk)

    @property
    def values(self) -> dict[Attribute, Any]:
        """Return what each attribute says."""
        return {attribute: self.cleaned_data[name] for name, attribute in self.attributes.items()}


def _field_of(attribute: Attribute) -> forms.Field:
    kind, label = Attribute.Kind(attribute.kind), attribute.label
    if kind is Attribute.Kind.NUMBER:
        return forms.DecimalField(label=label, required=False, max_digits=16, decimal_places=4)
    if kind is Attribute.Kind.DATE:
        return forms.DateField(label=label, required=False, widget=DAY)
    if kind is Attribute.Kind.YES_NO:
        answers = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
        return forms.TypedChoiceField(
            label=label, required=False, choices=answers, coerce=lambda given: given == "yes", empty_value=None
        )
    if kind is Attribute.Kind.CHOICE:
        return forms.ChoiceField(
            label=label, required=False, choices=[("", _("Not known")), *((one, one) for one in attribute.choices)]
        )
    return PlainField(label=label, required=False, max_length=200)


class StatusForm(forms.Form):
    """How it stands between somebody and us; deceased has a button of its own."""

    status = forms.ChoiceField(
        label=_("How it stands"),
        choices=[choice for choice in PatientStatus.choices if choice[0] != PatientStatus.DECEASED],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OtherForm(forms.Form):
    """The record that is the same person."""

    other = PlainField(label=_("Reference of the other record"), max_length=24, help_text=_("As PT-7K2M."))

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        self.patient = patient
        super().__init__(*args, **kwargs)

    def clean_other(self) -> Patient:
        """Return the other patient."""
        heard = finding.typed_ref(self.cleaned_data["other"])
        found = Patient.objects.filter(ref=heard).exclude(pk=self.patient.pk).first() if heard else None
        if found is None:
            raise forms.ValidationError(_("No other patient has this reference."))
        return found


class MergeForm(forms.Form):
    """How somebody knows that two records are one person."""

    reason = forms.ChoiceField(label=_("How do you know?"), choices=merging.Reason.choices, widget=forms.RadioSelect)
    first_version = forms.IntegerField(widget=forms.HiddenInput)
    second_version = forms.IntegerField(widget=forms.HiddenInput)


class ExportForm(forms.Form):
    """For what a record is handed over."""

    reason = forms.ChoiceField(label=_("Why?"), choices=exporting.Why.choices, widget=forms.RadioSelect)


class ErasureForm(forms.Form):
    """Why a record is erased, and that somebody looked twice."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Erasure.Reason.choices, widget=forms.RadioSelect)
    heard = PlainField(
        label=_("Type the reference of this record"), max_length=24, help_text=_("So that nobody erases the wrong one.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        self.patient = patient
        super().__init__(*args, **kwargs)

    def clean_heard(self) -> str:
        """Refuse any other reference than this record's."""
        heard = finding.typed_ref(self.cleaned_data["heard"])
        if heard != self.patient.ref:
            raise forms.ValidationError(_("This is not the reference of this record."))
        return heard

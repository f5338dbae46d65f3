"""What staff fill in, one small form per act: shapes only, the rules stand in the actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from practice import clocks
from practice.models import Location, Provider, Service, StaffMember
from referral_portal.cases.choices import CallOutcome, ConfirmedHow, DeclineReason, Ending
from referral_portal.cases.models import Case
from referral_portal.cases.words import FIELDS
from referral_portal.referrals.models import ContactAttempt, Referral
from vault import refs


class ActForm(forms.Form):
    """What every act carries: the version that the person had before their eyes."""

    template_name = "inbox/form.html"
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thing: Case | Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.initial.setdefault("version", thing.version)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what the form knows of the case already."""

    @property
    def case(self) -> Case:
        """Return the case that the form is about."""
        if not isinstance(self.thing, Case):
            raise TypeError("This form is about cases.")
        return self.thing


def _text(label: Any, *, rows: int = 4, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=10_000, widget=widget, help_text=help_text)


class AssignForm(ActForm):
    """Who looks after it."""

    assignee = forms.ModelChoiceField(
        StaffMember.objects.filter(is_active=True), to_field_name="ref", label=_("Who looks after it")
    )

    def prepare(self) -> None:
        """Propose who has it now."""
        self.initial.setdefault("assignee", self.case.assignee.ref if self.case.assignee else None)


class AcceptForm(ActForm):
    """Who treats, and whether it is one of our patients."""

    provider = forms.ModelChoiceField(
        Provider.objects.filter(accepts_cases=True), to_field_name="ref", label=_("Who treats"), required=False
    )
    patient: forms.ModelChoiceField[Patient] = forms.ModelChoiceField(
        Patient.objects.none(),
        to_field_name="ref",
        label=_("Same person as one of our patients?"),
        required=False,
        empty_label=_("No, or not sure"),
        help_text=_("The office never learns whether we knew the person."),
    )

    def prepare(self) -> None:
        """Propose the provider asked for, and patients of the same name and birth date."""
        from referral_portal.inbox.case_page import same_person

        self.initial.setdefault("provider", self.case.provider.ref if self.case.provider else None)
        self.fields["patient"].queryset = same_person(self.case)  # type: ignore[attr-defined]


class DeclineForm(ActForm):
    """Why not, and what the office can do now."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[choice for choice in DeclineReason.choices if choice[0] != DeclineReason.REDIRECTED],
    )
    advice = _text(_("What to do until someone else sees the patient"))
    alternative = _text(_("Where the patient could go"), rows=2)


class CallForm(ActForm):
    """What an attempt to reach the patient brought."""

    outcome = forms.ChoiceField(label=_("What happened"), choices=CallOutcome.choices, widget=forms.RadioSelect)
    note = _text(_("Note"), rows=2, required=False, help_text=_("Stays inside the practice."))


class WhenForm(ActForm):
    """A day and a time in the location's zone."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))

    def starts_at(self) -> datetime:
        """Return the moment, aware."""
        zone = self.thing.location.zone if isinstance(self.thing, Case) else clocks.zone()
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], zone)


class BookForm(WhenForm):
    """When, with whom and where."""

    provider = forms.ModelChoiceField(
        Provider.objects.filter(accepts_cases=True), to_field_name="ref", label=_("With whom")
    )
    location = forms.ModelChoiceField(Location.objects.all(), to_field_name="ref", label=_("Where"), empty_label=None)

    def prepare(self) -> None:
        """Propose the case's own provider and location."""
        self.initial.setdefault("provider", self.case.provider.ref if self.case.provider else None)
        self.initial.setdefault("location", self.case.location.ref)


class NoteForm(ActForm):
    """A note that stays inside the practice."""

    text = _text(_("Internal note"))


class MessageForm(ActForm):
    """A message to the office."""

    text = _text(_("Message"))
    asks = forms.BooleanField(label=_("This is a question: our clock stops until they answer"), required=False)


class KeptForm(ActForm):
    """What there is to say about a visit."""

    note = _text(_("Note"), rows=2, required=False, help_text=_("Stays inside the practice."))


class ReasonForm(ActForm):
    """Why."""

    reason = _text(_("Reason"), rows=2)


class ReportForm(ActForm):
    """What was found and done, in words or as a document, and who stands for it."""

    clinician = forms.ModelChoiceField(Provider.objects.all(), to_field_name="ref", label=_("Written or approved by"))
    text = _text(_("Report"), rows=8, required=False)
    upload = forms.FileField(label=_("Or a document"), required=False, help_text=_("PDF, JPEG, PNG or DICOM."))

    def prepare(self) -> None:
        """Propose who treats."""
        self.initial.setdefault("clinician", self.case.provider.ref if self.case.provider else None)


class CompleteForm(ReportForm):
    """How the care ended, and the report."""

    ending = forms.ChoiceField(label=_("How it ended"), choices=Ending.choices)
    ending_note = forms.CharField(
        label=_("Referred on to, or another word on the ending"), required=False, max_length=200
    )
    field_order = ("ending", "ending_note", "clinician", "text", "upload")


class ReceiptForm(ActForm):
    """How we know that the office has the report."""

    how = forms.ChoiceField(
        label=_("How they confirmed"),
        choices=[
            choice for choice in ConfirmedHow.choices if choice[0] not in {ConfirmedHow.LAPSED, ConfirmedHow.PORTAL}
        ],
        widget=forms.RadioSelect,
    )


class CorrectForm(ActForm):
    """What was given wrong, and how it is right."""

    field = forms.ChoiceField(label=_("What"), choices=list(FIELDS.items()))
    value = forms.CharField(label=_("How it is right"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))


class RedirectForm(ActForm):
    """To which of our services it goes on."""

    service = forms.ModelChoiceField(
        Service.objects.filter(takes_cases=True), to_field_name="ref", label=_("To which service")
    )
    provider = forms.ModelChoiceField(
        Provider.objects.filter(accepts_cases=True), to_field_name="ref", label=_("Who treats"), required=False
    )


class MergeForm(ActForm):
    """Which case takes over."""

    survivor = forms.CharField(label=_("Reference of the case that stays open"), max_length=24)

    def clean_survivor(self) -> Case:
        """Return the other case of the same office."""
        ref = refs.heard(self.cleaned_data["survivor"])
        found = Case.objects.filter(ref=ref, office=self.case.office).exclude(pk=self.case.pk).first()
        if found is None:
            raise forms.ValidationError(_("This office has no other case with that reference."))
        return found


class ContactForm(ActForm):
    """What an attempt to reach a friend brought."""

    outcome = forms.ChoiceField(
        label=_("What happened"),
        choices=[choice for choice in ContactAttempt.Outcome.choices if choice[0] != ContactAttempt.Outcome.INVITED],
        widget=forms.RadioSelect,
    )


class InviteForm(ActForm):
    """One message, or one call dialed by hand."""

    do_not_call_checked = forms.BooleanField(label=_("I checked the number against the do-not-call list"))


class ThankForm(ActForm):
    """How we thanked."""

    how = forms.ChoiceField(
        label=_("How you thanked"),
        choices=Referral.Thanks.choices,
        widget=forms.RadioSelect,
        initial=Referral.Thanks.CARD,
    )

"""Testimonials in the admin: what was said, the signed agreement, and the day it was taken back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.roles import may
from content import actions
from content.testimonials import Testimonial
from journal.recording import Named, viewed
from patients import finding
from patients.models import Patient

CANDIDATES = 5


class TestimonialForm(WagtailAdminModelForm):
    """Shows nothing that was taken back, and nothing without the text that was signed; knows the patient it is from."""

    from_patient = forms.CharField(
        label=_("Patient it is from"),
        required=False,
        max_length=120,
        help_text=_("Name, phone, birth date, e-mail or reference. So it goes with their record when they ask."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may(self.for_user, "patients.see"):
            del self.fields["from_patient"]
        elif self.instance.patient is not None:
            self.initial["from_patient"] = self.instance.patient.ref
        if self.instance.consent_text:
            self.fields["consent_text"].disabled = True

    def clean_from_patient(self) -> Patient | None:
        """Find the one patient who is meant; what a search shows of patients is recorded as read."""
        text = str(self.cleaned_data["from_patient"]).strip()
        if not text:
            return None
        found = finding.page(finding.Asked(view="all", text=text)).patients
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nobody is found by this."), code="unknown")
        for patient in found[:CANDIDATES]:
            viewed(patient, by=self.for_user, about=patient)
        lines = ", ".join(
            f"{patient.ref} {patient} {date_format(patient.born_on, 'M j, Y') if patient.born_on else ''}".strip()
            for patient in found[:CANDIDATES]
        )
        raise ValidationError(_("Enter the reference of one of them: %(lines)s.") % {"lines": lines}, code="several")

    def clean(self) -> dict[str, Any]:
        """Let a day on which it was taken back win over the box that shows it."""
        given: dict[str, Any] = super().clean()
        if given.get("withdrawn_on"):
            given["is_shown"] = False
        if given.get("is_shown") and "consent_text" in self.changed_data + self.lacking and not given["consent_text"]:
            self.add_error("consent_text", _("Write what they signed before it is shown."))
        return given

    @property
    def lacking(self) -> list[str]:
        """Return "consent_text" where it is shown for the first time."""
        return [] if self.initial.get("is_shown") else ["consent_text"]

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save it; taking it back is an act of its own, which the journal keeps."""
        if "from_patient" in self.fields:
            self.instance.patient = self.cleaned_data["from_patient"]
        on = self.cleaned_data.get("withdrawn_on") if "withdrawn_on" in self.changed_data else None
        if not commit or on is None or self.instance._state.adding:
            return super().save(commit)
        self.instance.withdrawn_on = None
        saved = super().save(commit)
        user = self.for_user
        done = actions.withdraw_testimonial(testimonial=saved, by=user if isinstance(user, Named) else None, on=on)
        saved.withdrawn_on, saved.is_shown = done.withdrawn_on, done.is_shown
        return saved


class TestimonialViewSet(SnippetViewSet):
    """What people said of us."""

    model = Testimonial
    icon = "openquote"
    menu_label = _("Testimonials")
    add_to_settings_menu = True
    list_display: ClassVar[list[str]] = ["shown_name", "words", "given_on", "is_shown", "withdrawn_on"]
    list_filter: ClassVar[list[str]] = ["kind", "is_shown"]
    edit_handler = ObjectList(
        [
            FieldPanel("words"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]),
            FieldPanel("shown_name"),
            FieldRowPanel([FieldPanel("given_on"), FieldPanel("stars")]),
            FieldPanel("from_patient"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("consent_wording"), FieldPanel("consented_on")]),
                    FieldPanel("consent_text"),
                    FieldPanel("consent_evidence"),
                    FieldPanel("is_shown"),
                    FieldPanel("withdrawn_on"),
                ],
                heading=_("The signed agreement"),
                help_text=_("Ask everyone the same way, and give nothing for it."),
            ),
        ],
        base_form_class=TestimonialForm,
    )

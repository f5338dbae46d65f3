"""Testimonials in the admin: what was said, the signed agreement, and the day it was taken back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from content import actions
from content.testimonials import Testimonial
from journal.recording import Named


class TestimonialForm(WagtailAdminModelForm):
    """Shows nothing that was taken back, whatever else is ticked."""

    def clean(self) -> dict[str, Any]:
        """Let a day on which it was taken back win over the box that shows it."""
        given: dict[str, Any] = super().clean()
        if given.get("withdrawn_on"):
            given["is_shown"] = False
        return given

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save it; taking it back is an act of its own, which the journal keeps."""
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
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("consent_wording"), FieldPanel("consented_on")]),
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

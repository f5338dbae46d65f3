"""The form and panels of an edition in Wagtail's editor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Media
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import Panel
from wagtail.blocks import StreamValue
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from accounts.roles import may
from content import merge, whom
from newsletter.editions import texting
from newsletter.editions.readership import WrittenFor
from newsletter.editions.senders import name_of_sender
from practice.models import Practice

BY_HEALTH = gettext_lazy("This chooses people by their health. Your role may not; ask a colleague who sees patients.")
WHOLE_ON_A_PHONE, CUT_BEYOND = 50, 78  # characters of a subject


class MergeLine(forms.TextInput):
    """A line of text with a button that puts in a merge tag."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-controller": "merge-tag", **(attrs or {})})


class EditionForm(WagtailAdminPageForm):
    """Takes a slug again in another year, since the year is part of the address; says whose name a letter carries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sender, practice = self.fields.get("sender"), Practice.get()
        if isinstance(sender, forms.ModelChoiceField) and practice:
            sender.empty_label = practice.sender_name
            sender.label_from_instance = lambda provider: name_of_sender(provider, practice)  # type: ignore[assignment]

    def clean_written_for(self) -> str:
        """Refuse to turn what everyone can read into a letter for colleagues."""
        chosen: str = self.cleaned_data["written_for"]
        if self.instance.live and chosen != WrittenFor.PATIENTS:
            raise ValidationError(
                _("Everyone can read this letter in the archive. Unpublish it first, or begin a new one.")
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        """Leave a slug standing that only another year's letter has."""
        slug = self.cleaned_data.get("slug")  # absent where it is no slug at all
        cleaned: dict[str, Any] = super().clean()
        self._refuse_choices_by_health(cleaned.get("body"))
        day = cleaned.get("issued_on")
        if slug and "slug" in self.errors and day:
            self.instance.issued_on = day
            if self.instance._slug_is_available(slug, self.parent_page, self.instance):
                del self.errors["slug"]
                cleaned["slug"] = slug
        return cleaned

    def _refuse_choices_by_health(self, body: StreamValue | None) -> None:
        """Say at its block that somebody else must choose people by their health; what stands there already may stay.

        Whoever sends the letter needs the same right, and would learn of it only then.
        """
        if body is None or may(self.for_user, "segments.clinical"):
            return
        there = {whom.of(block.value) for block in self.instance.body}
        refused = {
            place: StructBlockValidationError(block_errors={"for_whom": ValidationError(BY_HEALTH)})
            for place, block in enumerate(body)
            if (key := whom.of(block.value)) not in there and whom.is_clinical(key)
        }
        if refused:
            self.add_error("body", StreamBlockValidationError(block_errors=refused))


class InboxRowPanel(Panel):
    """How the letter looks in the reader's inbox, beside subject and preview text."""

    class BoundPanel(Panel.BoundPanel):
        """The row of one edition as it was last saved; a script lets it follow what is typed."""

        template_name = "editions/staff/inbox_row.html"

        @property
        def media(self) -> Media:
            """Return the script."""
            return Media(js=[static("staff/letters.js")])

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add sender, subject and preview text with fallbacks, and how long the subject is."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            practice = Practice.get()
            subject = merge.with_fallbacks(self.instance.subject or "")
            return {
                **context,
                "sender": name_of_sender(self.instance.sender, practice) if practice else "",
                "subject": subject,
                "preheader": merge.with_fallbacks(self.instance.preheader or ""),
                "length": len(subject),
                "whole": WHOLE_ON_A_PHONE,
                "cut": CUT_BEYOND,
            }


class TextMessagePanel(Panel):
    """The whole text message and how long it is, beside the words that an editor writes for it."""

    class BoundPanel(Panel.BoundPanel):
        """The message of one edition as it was last saved; a script lets it follow what is typed."""

        template_name = "editions/staff/text_message.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the message in its parts, and the alphabet by which the script counts."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            message = self.instance.text_message
            return {**context, "message": message, "basic": texting.BASIC, "extended": texting.EXTENDED}


class LeftOutPanel(Panel):
    """What was over when the letter was copied, on top of the editor."""

    class BoundPanel(Panel.BoundPanel):
        """The blocks that were left out of one edition, with the way to put them back."""

        template_name = "editions/staff/left_out.html"

        def is_shown(self) -> bool:
            """Show it while there are any."""
            return bool(self.instance.left_out)

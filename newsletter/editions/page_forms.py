"""The form and panels of an edition in Wagtail's editor."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.templatetags.static import static
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import Panel

from content import merge
from practice.models import Practice


class EditionForm(WagtailAdminPageForm):
    """Takes a slug again in another year, since the year is part of the address."""

    def clean(self) -> dict[str, Any]:
        """Leave a slug standing that only another year's letter has."""
        slug = self.cleaned_data.get("slug")  # absent where it is no slug at all
        cleaned: dict[str, Any] = super().clean()
        day = cleaned.get("issued_on")
        if slug and "slug" in self.errors and day:
            self.instance.issued_on = day
            if self.instance._slug_is_available(slug, self.parent_page, self.instance):
                del self.errors["slug"]
                cleaned["slug"] = slug
        return cleaned


class InboxRowPanel(Panel):
    """How the letter looks in the reader's inbox, beside subject and preview text."""

    class BoundPanel(Panel.BoundPanel):
        """The row of one edition as it was last saved; a script lets it follow what is typed."""

        template_name = "editions/inbox_row.html"

        @property
        def media(self) -> Media:
            """Return the script."""
            return Media(js=[static("staff/letters.js")])

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add sender, subject and preview text with fallbacks."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            practice = Practice.get()
            return {
                **context,
                "sender": practice.sender_name if practice else "",
                "subject": merge.with_fallbacks(self.instance.subject or ""),
                "preheader": merge.with_fallbacks(self.instance.preheader or ""),
            }

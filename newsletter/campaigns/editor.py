"""Wagtail's editor of a letter, with its checks beside the text."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet

from newsletter.campaigns import audience
from newsletter.editions import checks, hinting
from newsletter.editions.models import EditionPage


class LetterChecksSidePanel(BaseSidePanel):
    """The checks of the letter as it was saved last, beside Wagtail's own preview and accessibility checks."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """The button, with the number of things to look at."""

        icon_name = "clipboard-list"
        counter_classname = "w-bg-critical-200"

        @property
        def aria_label(self) -> str:
            """Return a name that holds the visible number, as speech control needs it."""
            number = self.panel.open_checks
            words = ngettext("Letter checks, %(n)d to look at", "Letter checks, %(n)d to look at", number)
            return words % {"n": number}

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """Add the number."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "count": self.panel.open_checks}

    class Media:
        js: ClassVar[list[str]] = ["staff/places.js"]

    name = "letter-checks"
    title = _("Letter checks")
    template_name = "campaigns/letter_checks.html"
    order = 340

    @cached_property
    def found(self) -> list[checks.Check]:
        """Return the checks' outcomes; links that nobody asked lately are asked by the worker meanwhile."""
        hinting.links_wait(self.object)
        return checks.run(self.object)

    @property
    def open_checks(self) -> int:
        """Return how many are not fine."""
        return sum(check.verdict != checks.Verdict.FINE for check in self.found)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Add the outcomes and the audience's number."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {
            **context,
            "page": self.object,
            "unfinished": sorted(
                (check for check in self.found if check.verdict != checks.Verdict.FINE),
                key=lambda check: not check.is_in_the_way,
            ),
            "fine": [check for check in self.found if check.verdict == checks.Verdict.FINE],
            "open": self.open_checks,
            "audience": audience.of_letter(audience.key_of(self.object), audience.readership_of(self.object))[0],
        }


class EditionEditView(EditView):
    """The editor, with the letter's checks as a side panel."""

    def get_side_panels(self) -> Any:
        """Add ours among Wagtail's; answers of autosave need none."""
        panels = super().get_side_panels()
        if not self.expects_json_response:
            panels.append(LetterChecksSidePanel(self.page, self.request))
            panels.sort(key=lambda panel: panel.order)
        return panels


class EditionViewSet(PageViewSet):
    """The views of the letter's pages."""

    model = EditionPage
    edit_view_class = EditionEditView


class CheckAndSend(ActionMenuItem):
    """Leads from the editor to the checks."""

    label = _("Check and send")
    name = "check-and-send"
    icon_name = "mail"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Show it while a letter that stands already is edited."""
        return context["view"] == "edit" and isinstance(context.get("page"), EditionPage)

    def get_url(self, context: dict[str, Any]) -> str:
        """Return the checks of this letter."""
        return reverse("newsletters:send", args=[context["page"].pk])

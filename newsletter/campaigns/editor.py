"""Wagtail's editor of a letter, with its checks beside the text."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet

from newsletter.campaigns import approval, audience, listing, matrix, workflow
from newsletter.campaigns.states import ApprovalState
from newsletter.editions import checks, hinting, planning
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays
from practice import clocks

TOLD_IN_THE_EDITOR: dict[str, str | Promise] = {
    ApprovalState.ASKED: _("This newsletter is in review. You may go on writing; it is approved as it stands then."),
    ApprovalState.CHANGE_ASKED: _("%(by)s asked for a change: %(note)s"),
    ApprovalState.APPROVED: _("%(by)s approved this newsletter. Any change takes the approval back."),
    approval.LOST: _("This newsletter was changed after %(by)s approved it, so it must be approved again."),
}


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
        """Add the outcomes, the audience's number and in how many ways the letter leaves."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        readership = audience.readership_of(self.object)
        counted, missing = audience.of_letter(audience.key_of(self.object), readership)
        ways = None if missing else matrix.of(InWays(self.object), counted, readership, user=self.request.user)
        return {
            **context,
            "page": self.object,
            "proposals": _proposals(self.object),
            "unfinished": sorted(
                (check for check in self.found if check.verdict != checks.Verdict.FINE),
                key=lambda check: not check.is_in_the_way,
            ),
            "fine": [check for check in self.found if check.verdict == checks.Verdict.FINE],
            "open": self.open_checks,
            "approval": approval.of(self.object),
            "audience": counted,
            "ways": len(ways.rows) if ways else 0,
            "line": listing.lines([self.object])[0],
        }


def _proposals(edition: EditionPage) -> list[planning.Proposal]:
    """Return the tips that suit the month of a letter which holds none yet."""
    return [] if planning.tips_in(edition) else planning.Shelf(clocks.today()).proposals(edition.issued_on)


class EditionEditView(EditView):
    """The editor, with the letter's checks as a side panel, and a word on its approval."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Say that a change takes an approval back, before anything is changed."""
        standing = approval.of(self.page)
        if standing.state in TOLD_IN_THE_EDITOR:
            messages.info(request, TOLD_IN_THE_EDITOR[standing.state] % {"by": standing.by, "note": standing.note})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell Wagtail that publishing the web copy leaves the question for approval standing."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        state = context.get("workflow_state")
        if state is not None and state.workflow.name == workflow.NAME:
            context["publishing_will_cancel_workflow"] = False
        return context

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

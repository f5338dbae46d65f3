"""What the editor's Checks panel looks for on a page, besides what Wagtail's own checks find."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

BARE_LINK = r"/^(click( here)?|here|read more|more|learn more|this|this page|link|website)[.!:]?$/i"
LONG_TITLE = r"/^.{71,}$/"
# how `{% shot %}` marks the picture of a Spanish page that has English words alone
IN_ENGLISH = 'main img[lang="en"]'
# axe's own function: whether the element is what the matcher describes
MATCHES = "matches-definition-evaluate"


class PageChecks(ContentCheckerItem):
    """Wagtail's checks and ours: pictures without words or without Spanish ones, bare links, a title that is cut."""

    axe_run_only: ClassVar[list[str]] = [
        *ContentCheckerItem.axe_run_only,
        "image-alt",
        "page-has-heading-one",
        "bare-link",
        "long-title",
        "picture-in-english",
    ]
    axe_custom_rules: ClassVar[list[dict[str, Any]]] = [
        *ContentCheckerItem.axe_custom_rules,
        {
            "id": "bare-link",
            "impact": "moderate",
            "selector": "main a[href]",
            "tags": ["best-practice"],
            "none": ["check-bare-link"],
            "enabled": True,
        },
        {
            "id": "long-title",
            "impact": "minor",
            "selector": "main h1",
            "tags": ["seo"],
            "none": ["check-long-title"],
            "enabled": True,
        },
        {
            "id": "picture-in-english",
            "impact": "moderate",
            "selector": IN_ENGLISH,
            "tags": ["best-practice"],
            "none": ["check-picture-in-english"],
            "enabled": True,
        },
    ]
    axe_custom_checks: ClassVar[list[dict[str, Any]]] = [
        *ContentCheckerItem.axe_custom_checks,
        {"id": "check-bare-link", "evaluate": MATCHES, "options": {"matcher": {"accessibleName": BARE_LINK}}},
        {"id": "check-long-title", "evaluate": MATCHES, "options": {"matcher": {"accessibleName": LONG_TITLE}}},
        {"id": "check-picture-in-english", "evaluate": MATCHES, "options": {"matcher": {"nodeName": "img"}}},
    ]
    axe_messages: ClassVar[dict[str, Any]] = {
        **ContentCheckerItem.axe_messages,
        "image-alt": {
            "error_name": _("A picture without words"),
            "help_text": _("Say in the picture library what it shows, or mark it as decoration."),
        },
        "page-has-heading-one": {
            "error_name": _("The page has no heading"),
            "help_text": _("Fill in the heading at the top."),
        },
        "heading-order": {
            "error_name": _("A heading skips a level"),
            "help_text": _("After a large heading comes the next smaller one, as in a table of contents."),
        },
        "empty-meta-description": {
            "error_name": _("Nothing for search engines"),
            "help_text": _("Write one or two sentences: an introduction, or the description under Promote."),
        },
        "alt-text-quality": {
            "error_name": _("A picture is called by its file name"),
            "help_text": _("Say in the picture library what it shows."),
        },
        "bare-link": {
            "error_name": _("A link that does not say where it leads"),
            "help_text": _("In place of “click here” use the words for what comes: “our opening hours”."),
        },
        "long-title": {
            "error_name": _("The heading is very long"),
            "help_text": _("Search engines cut after about 70 characters."),
        },
        "picture-in-english": {
            "error_name": _("A picture is described in English only"),
            "help_text": _("Say in the picture library in Spanish what it shows."),
        },
    }


def put_ours(items: list[Any]) -> None:
    """Put our checks in the place of Wagtail's among the parts of the bar that its editor and previews share."""
    items[:] = [
        PageChecks(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]

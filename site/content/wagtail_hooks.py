"""Where Wagtail asks: branding in Settings, and its records of acts, which go through ours into the journal."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import ControlFeature
from wagtail.models import ModelLogEntry, Page, PageLogEntry
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from content import merge
from content.branding import Branding
from content.looks import BrandingViewSet
from content.models import ModelRecord, PageRecord
from content.page_checks import put_ours
from content.policy import HoldersOnly
from content.testimonial_forms import TestimonialViewSet
from content.testimonials import Testimonial
from content.views import preview
from practice.policy import ManagersOnly

register_permission_policy(Branding, ManagersOnly(Branding))
register_snippet(BrandingViewSet)
register_permission_policy(Testimonial, HoldersOnly(Testimonial, "pages.edit"))
register_snippet(TestimonialViewSet)


@hooks.register("register_log_actions", order=1000)
def keep_the_journal_too(actions: Any) -> None:
    """Put our records, the same tables with a manager that journals, in the place of Wagtail's."""
    actions.log_entry_models -= {ModelLogEntry, PageLogEntry}
    actions.register_model(Model, ModelRecord)
    actions.register_model(Page, PageRecord)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Put the preview of colors under /admin/branding/."""
    return [path("branding/preview/", preview, name="branding_preview")]


@hooks.register("register_rich_text_features")
def merge_tags(features: Any) -> None:
    """Put a button under rich text in which slots for a reader's own facts may stand."""
    features.register_editor_plugin("draftail", "merge-tag", ControlFeature({"type": "MERGE_TAG"}))


@hooks.register("insert_editor_js")
def merge_dialog() -> SafeString:
    """Bring the dialog that asks for a merge tag and its fallback, and the script of its buttons."""
    tags = [tag for tag in merge.TAGS.values() if tag.name in merge.FOR_EDITORS - merge.OF_THE_FRAME]
    return render_to_string("content/merge_dialog.html", {"tags": tags, "most": merge.FALLBACK_LENGTH})


@hooks.register("construct_wagtail_userbar", order=1000)
def our_checks(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    """Look for what we look for, in the editor, in previews and on the page itself."""
    put_ours(items)

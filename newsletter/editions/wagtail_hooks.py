"""What editors find in the admin besides pages: the topics of health tips."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from content.policy import HoldersOnly
from newsletter.editions.models import Topic

register_permission_policy(Topic, HoldersOnly(Topic, "pages.edit"))


class TopicEditView(EditView):
    """Changes a topic; its short name stands in addresses and stays."""

    def get_form(self, form_class: Any = None) -> Any:
        """Show the short name without letting it be changed."""
        form = super().get_form(form_class)
        form.fields["slug"].disabled = True
        return form


class TopicViewSet(SnippetViewSet):
    """What tips are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics of tips")
    add_to_settings_menu = True
    edit_view_class = TopicEditView
    list_display: ClassVar[list[str]] = ["name", "slug", "order"]
    panels: ClassVar[list[Any]] = [FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]), FieldPanel("order")]


register_snippet(TopicViewSet)

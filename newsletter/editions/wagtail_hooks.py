"""What editors find in the admin besides pages: the topics of health tips."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from content.policy import HoldersOnly
from newsletter.editions.models import Topic

register_permission_policy(Topic, HoldersOnly(Topic, "pages.edit"))


class TopicForm(WagtailAdminModelForm):
    """Keeps a topic's short name once it is made, since it stands in addresses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = not self.instance._state.adding


class TopicViewSet(SnippetViewSet):
    """What tips are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics of tips")
    add_to_settings_menu = True
    list_display: ClassVar[list[str]] = ["name", "slug", "order"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("name_es")]),
            FieldRowPanel([FieldPanel("slug"), FieldPanel("order")]),
        ],
        base_form_class=TopicForm,
    )


register_snippet(TopicViewSet)

"""What managers set up for patients: facts of the practice's own, tags, and how long records are kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.widgets.slug import SlugInput
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from patients.models import Attribute, Retention, Tag
from patients.settings_forms import AttributeForm
from practice.policy import ManagersOnly


class NeverDeleted(ManagersOnly):
    """What managers add and change, and nobody deletes: people's facts hang on it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` may do this."""
        return action != "delete" and super().user_has_permission(user, action)


for kind in (Attribute, Retention):
    register_permission_policy(kind, NeverDeleted(kind))
register_permission_policy(Tag, ManagersOnly(Tag))


class AttributeViewSet(SnippetViewSet):
    """Facts of the practice's own."""

    model = Attribute
    icon = "list-ul"
    menu_label = _("Facts")
    list_display: ClassVar[list[str]] = ["label", "kind", "nature", "is_active"]
    edit_handler = ObjectList(
        [
            FieldPanel("label"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("nature")]),
            FieldPanel("lines"),
            FieldPanel(
                "slug", widget=SlugInput, help_text=_("How files call it. It stays once files are read with it.")
            ),
            FieldPanel("is_active", help_text=_("Off: nobody is asked any more; what was said stays.")),
        ],
        base_form_class=AttributeForm,
    )


class TagViewSet(SnippetViewSet):
    """Words that staff stick on people."""

    model = Tag
    icon = "tag"
    menu_label = _("Tags")
    list_display: ClassVar[list[str]] = ["name", "nature"]
    panels: ClassVar[list[Any]] = [FieldPanel("name"), FieldPanel("nature")]


class RetentionViewSet(SnippetViewSet):
    """How long each state's law has records kept."""

    model = Retention
    icon = "calendar-alt"
    menu_label = _("Times to keep records")
    list_display: ClassVar[list[str]] = ["state", "years", "citation", "checked_on"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("state", help_text=_("Two letters, as WA.")),
        FieldRowPanel([FieldPanel("years"), FieldPanel("minors_from_age")]),
        FieldPanel("citation", help_text=_("The law or rule, as WAC 246-817-310. Ask your counsel.")),
        FieldPanel("checked_on"),
    ]


class PeopleGroup(SnippetViewSetGroup):
    """All of it together in Settings."""

    items = (AttributeViewSet, TagViewSet, RetentionViewSet)
    menu_label = _("Patients")
    menu_name = "patients-settings"
    menu_icon = "user"
    menu_order = 20
    add_to_admin_menu = False
    add_to_settings_menu = True


register_snippet(PeopleGroup)

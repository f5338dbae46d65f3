"""Surveys in the Wagtail admin: menu, addresses, the forms of a question and of a theme."""

from __future__ import annotations

from typing import ClassVar

from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.menus import ForHolders
from content.policy import HoldersOnly
from newsletter.surveys.models import Survey, Theme
from newsletter.surveys.policy import NeverDeleted

register_permission_policy(Survey, NeverDeleted(Survey, "surveys.edit"))
register_permission_policy(Theme, HoldersOnly(Theme, "surveys.edit"))


class SurveyViewSet(SnippetViewSet):
    """One question; its answers stand under Surveys."""

    model = Survey
    icon = "help"
    menu_label = _("Questions of letters")
    menu_item_is_registered = True  # the way to it leads through Surveys
    list_display: ClassVar[list[str]] = ["question", "scale", "is_open"]
    list_filter: ClassVar[list[str]] = ["is_open"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("question"), FieldPanel("question_es"), FieldPanel("scale")],
                heading=_("What letters ask"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("low_words"), FieldPanel("high_words")]),
                    FieldRowPanel([FieldPanel("low_words_es"), FieldPanel("high_words_es")]),
                ],
                heading=_("Where it is answered by a number"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("choices"), FieldPanel("choices_es")])],
                heading=_("Where it is answered in words"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("more"), FieldPanel("more_es")])], heading=_("In their own words")
            ),
            MultiFieldPanel([FieldPanel("low_at_most"), FieldPanel("followed_by")], heading=_("When it was not good")),
            FieldPanel("is_open"),
        ]
    )


class ThemeViewSet(SnippetViewSet):
    """What answers are about."""

    model = Theme
    icon = "tag"
    menu_label = _("Themes of answers")
    add_to_settings_menu = True
    list_display: ClassVar[list[str]] = ["name", "order"]
    panels: ClassVar[list[FieldPanel]] = [FieldPanel("name"), FieldPanel("order")]


register_snippet(SurveyViewSet)
register_snippet(ThemeViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Put the screens under /admin/surveys/."""
    return [path("surveys/", include("newsletter.surveys.urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Lead to the questions and their answers."""
    return ForHolders(_("Surveys"), reverse("surveys:list"), permission="surveys.see", name="surveys", icon_name="help")

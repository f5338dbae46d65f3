"""The page in Settings on which an owner sets how often, when and how fast the practice writes."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from practice.courtesy import Courtesy
from practice.forms import OfThePractice


class CourtesyViewSet(SnippetViewSet):
    """How often and when we write."""

    model = Courtesy
    icon = "mail"
    menu_label = _("How often we write")
    list_display: ClassVar[list[str]] = ["__str__", "most_letters", "discreet_name"]
    edit_handler = ObjectList(
        [
            FieldPanel(
                "most_letters",
                help_text=_(
                    "To one address, all letters, recalls and wishes together. News of somebody's own visits is not"
                    " counted. Who asks for less gets less."
                ),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("most_an_hour"), FieldPanel("most_returned")]),
                    FieldPanel("domain_limits"),
                    FieldRowPanel([FieldPanel("warm_up_from"), FieldPanel("warm_up_first")]),
                ],
                heading=_("How fast letters leave"),
            ),
            FieldPanel("counts_clicks"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("texts_from"), FieldPanel("texts_until")]),
                    FieldRowPanel([FieldPanel("mail_from"), FieldPanel("mail_until")]),
                ],
                heading=_("Quiet hours"),
                help_text=_(
                    "What is due outside these hours waits until the morning where the patient is seen. E-mail: empty"
                    " means at any hour."
                ),
            ),
            FieldPanel(
                "discreet_name",
                help_text=_(
                    "Stands in the inbox of whoever does not want others to see where they are treated, as J. Row"
                    " Studio. Empty: nobody is offered that."
                ),
            ),
        ],
        base_form_class=OfThePractice,
    )

"""Where patients find us and how offices work with us."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content.models import Picture
from content.pages import BasePage
from content.structured import Thing, Who
from home import figures
from home.blocks import OfficeStepBlock
from home.models.words import LEDE_HELP, lede_panel


class ContactPage(BasePage):
    """Where we are, when we are open, how to reach us."""

    page_description = _("Where you are, when you are open, how to write to you. Hours and phone come from Settings.")

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    getting_in = models.TextField(
        _("getting in"), max_length=400, blank=True, help_text=_("Parking, entrance, elevator, bus.")
    )
    map_picture = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("map"),
        help_text=_("A picture of the surroundings. We show no map of others, since it would tell them who visits."),
    )

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        lede_panel(),
        FieldPanel("getting_in"),
        FieldPanel("map_picture"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("lede"),
        index.SearchField("getting_in"),
    ]

    class Meta:
        verbose_name = _("contact page")

    def structured(self, who: Who) -> list[Thing]:
        """Say where and when."""
        return who.full


class ForOfficesPage(BasePage):
    """How an office sends a patient and hears what became of it."""

    page_description = _("For offices that send patients: how it works, how soon you answer, how to join.")

    headline = models.CharField(_("heading"), max_length=60)
    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    steps = StreamField([("step", OfficeStepBlock())], blank=True, max_num=6, verbose_name=_("how it works"))
    aside_title = models.CharField(_("title of the note"), max_length=60, blank=True)
    aside_text = models.TextField(_("note"), max_length=400, blank=True)

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("headline"),
        lede_panel(),
        FieldPanel("steps"),
        MultiFieldPanel([FieldPanel("aside_title"), FieldPanel("aside_text")], heading=_("Note")),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("headline"),
        index.SearchField("lede"),
        index.SearchField("steps"),
    ]

    class Meta:
        verbose_name = _("page for offices")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add how soon referrals were acknowledged."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["figures"] = figures.of_last_year()
        return context

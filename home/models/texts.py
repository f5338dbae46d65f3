"""Pages of plain text."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from content.pages import BasePage
from content.richtext import PAGE_FEATURES
from home.models.words import LEDE_HELP, lede_panel


class StandardPage(BasePage):
    """A page of plain text: privacy, HIPAA notice, accessibility."""

    page_description = _("A page of plain text, such as privacy or directions.")

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    body = RichTextField(_("text"), features=PAGE_FEATURES, blank=True)

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        lede_panel(),
        FieldPanel("body", help_text=_("Begin each part with a heading, so that people find what they look for.")),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("lede"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("text page")

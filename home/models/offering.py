"""What we do: the list and a page for each service."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content import languages, structured
from content.pages import BasePage
from home.blocks import PriceBlock, QuestionBlock, StepBlock
from home.models.team import PersonPage
from home.models.words import LEDE_HELP, lede_panel
from practice.models import Service


class ServiceIndexPage(BasePage):
    """All that we do."""

    page_description = _("The list of all services. It fills itself from the pages below it.")

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["home.ServicePage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, lede_panel()]

    class Meta:
        verbose_name = _("list of services")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the services in the editors' order."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        pages = languages.spoken(ServicePage.objects.all(), self.locale_id)
        context["services"] = list(pages.select_related("service", "locale"))
        return context


class ServicePage(BasePage):
    """One service: how it goes, what people ask, what it costs, who does it."""

    page_description = _(
        "One service: how it goes, what people ask, what it costs, who does it. Make the service first: "
        "Home, “Add a service”."
    )

    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="pages",
        help_text=_("From Settings. Its name and icon are shown in lists, its people on this page."),
    )
    headline = models.CharField(_("heading"), max_length=60, help_text=_("A promise in a few words."))
    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    steps = StreamField([("step", StepBlock())], blank=True, max_num=6, verbose_name=_("how it goes"))
    questions = StreamField([("question", QuestionBlock())], blank=True, verbose_name=_("what people ask"))
    prices = StreamField([("price", PriceBlock())], blank=True, verbose_name=_("prices without a plan"))
    prices_note = models.CharField(_("note under the prices"), max_length=200, blank=True)

    parent_page_types: ClassVar[list[str]] = ["home.ServiceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("service"),
        FieldPanel("headline"),
        lede_panel(),
        FieldPanel("steps", help_text=_("Three or four steps, from the first call to going home.")),
        FieldPanel("questions", help_text=_("As people ask them. The first one stands open on the page.")),
        MultiFieldPanel(
            [
                FieldPanel("prices"),
                FieldPanel("prices_note", help_text=_("What is in the price, and until when it holds.")),
            ],
            heading=_("Prices"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("headline"),
        index.SearchField("lede"),
        index.SearchField("steps"),
        index.SearchField("questions"),
        index.SearchField("service_words"),
    ]

    class Meta:
        verbose_name = _("service page")

    def structured(self, who: structured.Who) -> list[structured.Thing]:
        """Say what the service is, and what people ask of it."""
        return [
            structured.service(self, who, name=self.service.shown_name),
            *structured.questions([(block.value["question"], block.value["answer"]) for block in self.questions]),
        ]

    @property
    def service_words(self) -> str:
        """Return the service's own words, so that search finds them."""
        with translation.override(self.locale.language_code):
            return f"{self.service.shown_name} {self.in_brief}"

    @property
    def in_brief(self) -> str:
        """Return the one sentence that stands wherever services are listed, in the page's own language."""
        code = self.locale.language_code
        return str(
            getattr(self.service, "summary" if code == languages.ENGLISH else f"summary_{code}", "") or self.lede
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add who does it, each with their page."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        providers = list(self.service.providers.filter(staff_member__is_active=True).select_related("staff_member"))
        pages = PersonPage.of([provider.staff_member for provider in providers], self.locale_id)
        context["providers"] = [(provider, pages.get(provider.staff_member_id)) for provider in providers]
        return context

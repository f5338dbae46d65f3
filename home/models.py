"""The pages of the front door: home, services, team, contact, for offices, and the legal ones."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from content.models import Picture
from content.pages import BasePage
from content.richtext import PAGE_FEATURES
from home import figures
from home.blocks import OfficeStepBlock, PriceBlock, QuestionBlock, StepBlock
from newsletter.editions.models import NEWEST_FIRST, TipPage
from practice.models import Service, StaffMember

SERVICES_ON_HOME = 6
LEDE_HELP = _("One or two sentences under the heading, in plain words.")


def _lede() -> FieldPanel:
    return FieldPanel("lede", widget=AdminAutoHeightTextInput())


class HomePage(BasePage):
    """The first page: who we are, what we do, how offices send patients, where to find us."""

    eyebrow = models.CharField(_("above the heading"), max_length=60, blank=True, help_text=_("As a town and state."))
    headline = models.CharField(_("heading"), max_length=60, help_text=_("Six words or fewer read best."))
    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    services_heading = models.CharField(_("heading over the services"), max_length=60, blank=True)
    offices_heading = models.CharField(
        _("heading for offices"), max_length=60, blank=True, help_text=_("Empty: no part for offices on this page.")
    )
    offices_text = models.CharField(_("text for offices"), max_length=240, blank=True)
    quote = models.CharField(
        _("what somebody said"),
        max_length=200,
        blank=True,
        help_text=_("Only with the person’s written agreement."),  # noqa: RUF001
    )
    quote_by = models.CharField(_("who said it"), max_length=120, blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("eyebrow"), FieldPanel("headline"), _lede()],
            heading=_("First words"),
        ),
        FieldPanel("services_heading"),
        MultiFieldPanel(
            [
                FieldPanel("offices_heading"),
                FieldPanel("offices_text"),
                FieldPanel("quote"),
                FieldPanel("quote_by"),
            ],
            heading=_("For offices"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("lede")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the first services in the editors' order, the newest health tip, and the figures that may be shown."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["tip"] = TipPage.objects.live().public().order_by(*NEWEST_FIRST).first()
        context["services"] = list(
            ServicePage.objects.live().descendant_of(self).select_related("service")[:SERVICES_ON_HOME]
        )
        context["figures"] = figures.of_last_year()
        return context


class ServiceIndexPage(BasePage):
    """All that we do."""

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["home.ServicePage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, _lede()]

    class Meta:
        verbose_name = _("list of services")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the services in the editors' order."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["services"] = list(ServicePage.objects.live().child_of(self).select_related("service"))
        return context


class ServicePage(BasePage):
    """One service: how it goes, what people ask, what it costs, who does it."""

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
        _lede(),
        FieldPanel("steps"),
        FieldPanel("questions"),
        MultiFieldPanel([FieldPanel("prices"), FieldPanel("prices_note")], heading=_("Prices")),
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

    @property
    def service_words(self) -> str:
        """Return the service's own words, so that search finds them."""
        return f"{self.service.name} {self.service.summary}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add who does it."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["providers"] = list(
            self.service.providers.filter(staff_member__is_active=True).select_related("staff_member")
        )
        return context


class TeamIndexPage(BasePage):
    """Who works here."""

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, _lede()]

    class Meta:
        verbose_name = _("team page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add everybody who works here now."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["team"] = list(StaffMember.objects.filter(is_active=True).select_related("provider"))
        return context


class ContactPage(BasePage):
    """Where we are, when we are open, how to reach us."""

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

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        _lede(),
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


class ForOfficesPage(BasePage):
    """How an office sends a patient and hears what became of it."""

    headline = models.CharField(_("heading"), max_length=60)
    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    steps = StreamField([("step", OfficeStepBlock())], blank=True, max_num=6, verbose_name=_("how it works"))
    aside_title = models.CharField(_("title of the note"), max_length=60, blank=True)
    aside_text = models.TextField(_("note"), max_length=400, blank=True)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("headline"),
        _lede(),
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


class StandardPage(BasePage):
    """A page of plain text: privacy, HIPAA notice, accessibility."""

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    body = RichTextField(_("text"), features=PAGE_FEATURES, blank=True)

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        _lede(),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("lede"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("text page")

"""The first page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from content import languages
from content.pages import BasePage
from content.structured import Thing, Who
from content.testimonials import Testimonial
from home import figures
from home.models.offering import ServicePage
from home.models.words import LEDE_HELP, lede_panel
from newsletter.editions.models import NEWEST_FIRST, TipPage

SERVICES_ON_HOME = 6


class HomePage(BasePage):
    """The first page: who we are, what we do, how offices send patients, where to find us."""

    page_description = _("The first page: who you are, your first services, the part for offices. There is one.")

    eyebrow = models.CharField(_("above the heading"), max_length=60, blank=True, help_text=_("As a town and state."))
    headline = models.CharField(_("heading"), max_length=60, help_text=_("Six words or fewer read best."))
    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)
    services_heading = models.CharField(_("heading over the services"), max_length=60, blank=True)
    offices_heading = models.CharField(
        _("heading for offices"), max_length=60, blank=True, help_text=_("Empty: no part for offices on this page.")
    )
    offices_text = models.CharField(_("text for offices"), max_length=240, blank=True)
    testimonial = models.ForeignKey(
        Testimonial,
        verbose_name=_("what somebody said"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("From Settings, Testimonials. Shown as long as the agreement holds."),
    )

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("eyebrow"), FieldPanel("headline"), lede_panel()],
            heading=_("First words"),
        ),
        FieldPanel(
            "services_heading",
            help_text=_("The services below it come from the list of services, the first six in its order."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("offices_heading"),
                FieldPanel("offices_text"),
                FieldPanel("testimonial"),
            ],
            heading=_("For offices"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("lede")]

    class Meta:
        verbose_name = _("home page")

    @property
    def said(self) -> Testimonial | None:
        """Return what somebody said, while their agreement holds."""
        return self.testimonial if self.testimonial and self.testimonial.is_showing else None

    def structured(self, who: Who) -> list[Thing]:
        """Say who we are."""
        return who.full

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the first services in the editors' order, the newest health tip, and the figures that may be shown."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        tips, services = (languages.spoken(kind.objects.all(), self.locale_id) for kind in (TipPage, ServicePage))
        context["tip"] = tips.order_by("is_elsewhere", *NEWEST_FIRST).first()
        context["services"] = list(services.select_related("service", "locale")[:SERVICES_ON_HOME])
        context["figures"] = figures.of_last_year()
        return context

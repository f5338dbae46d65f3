"""What people said of us, as far as they agreed to have it shown."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index

from content.pages import BasePage
from content.testimonials import Testimonial
from home.models.words import LEDE_HELP, lede_panel

REVIEWS_A_PAGE = 12


class ReviewsPage(BasePage):
    """What people said, each with their signed agreement (45 CFR 164.508), all asked the same way (16 CFR 465)."""

    page_description = _("What people said, each with their signed agreement. It fills itself from Settings.")

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, lede_panel()]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("lede")]

    class Meta:
        verbose_name = _("reviews")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what may be shown, the latest first; stars sort nothing."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        pages = Paginator(Testimonial.objects.showing(), REVIEWS_A_PAGE)
        return {**context, "page_obj": pages.get_page(request.GET.get("page"))}

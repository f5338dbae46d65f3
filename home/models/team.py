"""Who works here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from content.pages import BasePage
from home.models.words import LEDE_HELP, lede_panel
from practice.models import StaffMember


class TeamIndexPage(BasePage):
    """Who works here."""

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, lede_panel()]

    class Meta:
        verbose_name = _("team page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add everybody who works here now."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["team"] = list(StaffMember.objects.filter(is_active=True).select_related("provider"))
        return context

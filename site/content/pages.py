"""What every page of the site is made from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from content.models import Picture


class BasePage(Page):
    """A page with a description for search engines and a way back to where it hangs."""

    share_picture = models.ForeignKey(
        Picture,
        verbose_name=_("picture for sharing"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown where somebody shares the page. Empty: we draw one with the title."),
    )

    promote_panels: ClassVar[list[Any]] = [*Page.promote_panels, FieldPanel("share_picture")]

    class Meta(Page.Meta):
        abstract = True

    @property
    def address(self) -> str:
        """Return the page's one full address, without a query; empty where it has none yet."""
        parts = self.get_url_parts() if self.pk else None
        return f"{settings.SITE_URL}{parts[2]}" if parts and parts[2] else ""

    @property
    def description(self) -> str:
        """Return one or two sentences on the page: what the editor wrote for search engines, else its first words."""
        return self.search_description or str(getattr(self, "lede", ""))

    @cached_property
    def crumbs(self) -> list[dict[str, str]]:
        """Return the way from the home page to here, as `label` and `url`; the last has no `url`."""
        above = self.get_ancestors().live().filter(depth__gt=2)
        return [*({"label": page.title, "url": page.url} for page in above), {"label": self.title, "url": ""}]

"""What every page of the site is made from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from content import languages
from content.models import Picture
from content.structured import Thing, Who


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

    shared_as: ClassVar[str] = "website"  # a type of the Open Graph protocol
    promote_panels: ClassVar[list[Any]] = [*Page.promote_panels, FieldPanel("share_picture")]

    class Meta(Page.Meta):
        abstract = True

    @property
    def address(self) -> str:
        """Return the page's one full address, without a query; empty where it has none yet."""
        return address_of(self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """Return the page's entry in the list of pages."""
        if not (address := self.address):
            return []
        return [{"location": address, "lastmod": self.last_published_at, "translation_key": self.translation_key}]

    def structured(self, who: Who) -> list[Thing]:
        """Return what the page says of itself to search engines besides the way to it; by itself nothing."""
        return []

    @property
    def shown_title(self) -> str:
        """Return what the page is called where somebody finds or shares it."""
        return str(self.seo_title or self.title)

    @property
    def elsewhere(self) -> str:
        """Return the page's language where another is spoken around it, so that its words are marked; else nothing."""
        code: str = self.locale.language_code
        return "" if code == languages.current() else code

    @property
    def description(self) -> str:
        """Return one or two sentences on the page: what the editor wrote for search engines, else its first words."""
        return self.search_description or str(getattr(self, "lede", ""))

    @cached_property
    def crumbs(self) -> list[dict[str, str]]:
        """Return the way from the home page to here, as `label` and `url`; the last has no `url`."""
        above = self.get_ancestors().live().filter(depth__gt=2) if self.depth > 3 else ()
        return [*({"label": page.title, "url": page.url} for page in above), {"label": self.title, "url": ""}]


def address_of(page: Page) -> str:
    """Return a page's one full address, without a query; empty where it has none yet."""
    parts = page.get_url_parts() if page.pk else None
    return f"{settings.SITE_URL}{parts[2]}" if parts and parts[2] else ""

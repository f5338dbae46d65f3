"""What every page of the site is made from."""

from __future__ import annotations

from wagtail.models import Page


class BasePage(Page):
    """A page with a description for search engines and a way back to where it hangs."""

    class Meta(Page.Meta):
        abstract = True

    @property
    def description(self) -> str:
        """Return one or two sentences on the page: what the editor wrote for search engines, else its first words."""
        return self.search_description or str(getattr(self, "lede", ""))

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """Return the way from the home page to here, as `label` and `url`; the last has no `url`."""
        above = self.get_ancestors().live().filter(depth__gt=2)
        return [*({"label": page.title, "url": page.url} for page in above), {"label": self.title, "url": ""}]

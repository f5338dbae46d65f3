"""The feed of the letter: one entry for each edition that everyone may read."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from accounts.doors import public
from content import languages
from content.richtext import for_web
from newsletter.editions.models import EditionIndexPage, EditionPage
from practice import clocks
from practice.models import Practice

ENTRIES = 20


class WholeLetters(Rss201rev2Feed):
    """RSS whose entries also hold the whole text (https://www.rssboard.org/rss-profile#namespace-elements-content)."""

    def rss_attributes(self) -> dict[str, str]:
        """Name the module that has the whole text."""
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Add the whole text of an entry."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["whole"])


class LetterFeed(Feed):  # type: ignore[type-arg]
    """RSS with subject, preview text, address and the whole letter as everyone may read it, without its pictures."""

    feed_type = WholeLetters

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> EditionIndexPage | None:
        """Return the archive; without one the feed is empty."""
        archives = EditionIndexPage.objects.live().public().filter(locale__language_code=languages.current())
        found: EditionIndexPage | None = archives.first()
        return found

    def title(self, archive: EditionIndexPage | None) -> str:
        """Return the letter's name."""
        return _xml(archive.title) if archive else _("Newsletter")

    def link(self, archive: EditionIndexPage | None) -> str:
        """Return the archive's address."""
        return archive.address if archive else f"{settings.SITE_URL}{reverse('editions:feed').rpartition('/')[0]}/"

    def feed_url(self, archive: EditionIndexPage | None) -> str:
        """Return the feed's own address."""
        return f"{settings.SITE_URL}{reverse('editions:feed')}"

    def description(self, archive: EditionIndexPage | None) -> str:
        """Return what it is."""
        practice = Practice.get()
        return _xml((archive.description if archive else "") or (practice.legal_name if practice else ""))

    def items(self, archive: EditionIndexPage | None) -> list[EditionPage]:
        """Return the newest letters, with what was chosen in their blocks."""
        letters = list(archive.editions()[:ENTRIES]) if archive else []
        blocks = EditionPage._meta.get_field("body").stream_block
        for letter, body in zip(letters, blocks.opened_together(one.body for one in letters), strict=True):
            letter.body = body
        return letters

    def item_title(self, item: EditionPage) -> str:
        """Return the subject as everyone may read it."""
        return _xml(item.shown_subject)

    def item_description(self, item: EditionPage) -> str:
        """Return the preview text as everyone may read it."""
        return _xml(strip_tags(item.shown_preheader))

    def item_extra_kwargs(self, item: EditionPage) -> dict[str, str]:
        """Return the whole text: the web rendering of its blocks in a closed set of tags, with whole addresses."""
        web = "".join(block.render() for block in item.blocks_for())
        plain = for_web(re.sub(r"<(/?)h1\b", r"<\1h2", web))
        return {"whole": _xml(re.sub(r'href="/(?!/)', f'href="{settings.SITE_URL}/', plain))}

    def item_link(self, item: EditionPage) -> str:
        """Return the letter's page."""
        return item.address

    def item_guid(self, item: EditionPage) -> str:
        """Return what names it for ever, whatever becomes of its address."""
        return f"edition:{item.translation_key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: EditionPage) -> datetime:
        """Return the letter's date; of one that is dated ahead, when it was published."""
        dated = datetime.combine(item.issued_on, time(8), clocks.zone())
        return min(dated, item.first_published_at or timezone.now())

    def item_updateddate(self, item: EditionPage) -> datetime | None:
        """Return when the letter was last changed, so that whoever asks again gets the change."""
        changed: datetime | None = item.last_published_at
        return changed


def _xml(text: str) -> str:
    """Return `text` without the signs that XML 1.0 does not know (https://www.w3.org/TR/xml/#charsets)."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


feed = public(require_safe(conditional_page(LetterFeed())))

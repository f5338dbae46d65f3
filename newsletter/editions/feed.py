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
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from accounts.doors import public
from content import languages
from newsletter.editions.models import EditionIndexPage, EditionPage
from practice import clocks
from practice.models import Practice

ENTRIES = 20


class LetterFeed(Feed):  # type: ignore[type-arg]
    """RSS with subject, preview text and address; the letter itself is read on its page."""

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
        """Return the newest letters."""
        return list(archive.editions()[:ENTRIES]) if archive else []

    def item_title(self, item: EditionPage) -> str:
        """Return the subject as everyone may read it."""
        return _xml(item.shown_subject)

    def item_description(self, item: EditionPage) -> str:
        """Return the preview text as everyone may read it."""
        return _xml(strip_tags(item.shown_preheader))

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

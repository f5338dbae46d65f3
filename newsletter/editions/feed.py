"""The feed of the letter: one entry for each edition that everyone may read."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import public
from newsletter.editions.models import EditionIndexPage, EditionPage
from practice.models import Practice

ENTRIES = 20


class LetterFeed(Feed):  # type: ignore[type-arg]
    """RSS with subject, preview text and address; the letter itself is read on its page."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> EditionIndexPage | None:
        """Return the archive; without one the feed is empty."""
        found: EditionIndexPage | None = EditionIndexPage.objects.live().public().first()
        return found

    def title(self, archive: EditionIndexPage | None) -> str:
        """Return the letter's name."""
        return archive.title if archive else _("Newsletter")

    def link(self, archive: EditionIndexPage | None) -> str:
        """Return the archive's address."""
        return _address(archive) if archive else f"{settings.SITE_URL}/newsletter/"

    def description(self, archive: EditionIndexPage | None) -> str:
        """Return what it is."""
        practice = Practice.get()
        return (archive.description if archive else "") or (practice.legal_name if practice else "")

    def items(self, archive: EditionIndexPage | None) -> list[EditionPage]:
        """Return the newest letters."""
        return list(archive.editions()[:ENTRIES]) if archive else []

    def item_title(self, item: EditionPage) -> str:
        """Return the subject as everyone may read it."""
        return item.shown_subject

    def item_description(self, item: EditionPage) -> str:
        """Return the preview text as everyone may read it."""
        return strip_tags(item.shown_preheader)

    def item_link(self, item: EditionPage) -> str:
        """Return the letter's page."""
        return _address(item)

    def item_guid(self, item: EditionPage) -> str:
        """Return what names it for ever, whatever becomes of its address."""
        return f"edition:{item.translation_key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: EditionPage) -> datetime:
        """Return the letter's date."""
        return timezone.make_aware(datetime.combine(item.issued_on, time(8)))


def _address(page: EditionIndexPage | EditionPage) -> str:
    return f"{settings.SITE_URL}{page.get_url() or ''}"


feed = public(require_safe(LetterFeed()))

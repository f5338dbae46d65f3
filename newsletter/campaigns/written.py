"""A letter as it would leave: its newest words, and the hash that tells it from another."""

from __future__ import annotations

from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays


def newest(edition: EditionPage) -> EditionPage:
    """Return the edition as its editor sees it: the newest revision, or the page itself where it has none."""
    revised = edition.get_latest_revision_as_object()
    assert isinstance(revised, EditionPage)
    return revised


def letter_hash(written: EditionPage) -> str:
    """Return what tells one letter from another: 64 hex digits of all that it says, in which language, and to whom."""
    return InWays(written).seal

"""The roots that Wagtail's migrations make, there again when a test of whole transactions has emptied the tables."""

from __future__ import annotations

from wagtail.models import Collection, Locale, Page


def root_page() -> Page:
    """Return the root of all pages."""
    Locale.objects.get_or_create(language_code="en")
    return Page.get_first_root_node() or Page.add_root(title="Root", slug="root")


def root_collection() -> Collection:
    """Return the collection that all pictures and documents are in."""
    return Collection.get_first_root_node() or Collection.add_root(name="Root")

"""The same page in another language: made once, found again by the key that all translations of a page share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from wagtail.models import Locale, Page

# What says nothing in any language, so that a translation begins with it.
SAYS_NOTHING = (models.ForeignKey, models.DateField, models.BooleanField, models.IntegerField, models.JSONField)


class NoParent(LookupError):
    """The page above has no translation, so there is nowhere to put one of this page."""


def locale_of(language: str) -> Locale:
    """Return the locale of a language code, made where it is missing."""
    locale: Locale = Locale.objects.get_or_create(language_code=language)[0]
    return locale


def translation_of(page: Page, language: str) -> Page | None:
    """Return the translation of a page as what it is, published or not; None where there is none."""
    found = Page.objects.filter(translation_key=page.translation_key, locale__language_code=language).first()
    return found.specific if found else None


def translate(page: Page, language: str, **words: Any) -> Page:
    """Return the translation of a page, made and published where it is missing; what stands is never touched.

    What says nothing in any language (relations, dates, numbers, marks) is taken from the page, every text from
    `words` alone: what they lack stays empty, so that no page is half in one language and half in another.

    Args:
        page: as its own kind, not as a bare `Page`.
        language: a code of LANGUAGES.
        words: the fields in that language; `title` at least.

    Raises:
        NoParent: where the page above is not translated.
        ValidationError: where a text that the page must have is not among `words`.
    """
    standing = translation_of(page, language)
    if standing is not None:
        return standing
    above = page.get_parent()
    is_home = above.is_root()
    parent = above if is_home else translation_of(above, language)
    if parent is None:
        raise NoParent(f"{above} is not there in {language!r}.")
    fields: dict[str, Any] = {
        **_without_words(page),
        "slug": f"{page.slug}-{language}" if is_home else page.slug,
        "locale": locale_of(language),
        "translation_key": page.translation_key,
        "show_in_menus": page.show_in_menus,
        "first_published_at": page.first_published_at or timezone.now(),
        "last_published_at": page.last_published_at or timezone.now(),
        **words,
    }
    made: Page = parent.add_child(instance=type(page)(**fields))
    return made


def _without_words(page: Page) -> dict[str, Any]:
    left_out = {*getattr(page, "exclude_fields_in_copy", []), "page_ptr"}
    own = [field for field in page._meta.concrete_fields if field.model is not Page and field.name not in left_out]
    return {field.name: getattr(page, field.name) for field in own if isinstance(field, SAYS_NOTHING)}

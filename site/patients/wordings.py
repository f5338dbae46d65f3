"""The words that people agree or object to, by version: shown by pages, kept for ever with the first answer to them."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Wording

_shown: dict[str, str | Promise] = {}


class Changed(ValueError):
    """A version was entered twice."""


def show(version: str, text: str | Promise) -> str | Promise:
    """Enter the words of a version, and return them for the page that shows them.

    Args:
        version: as "preferences-2026-11"; other words are another version.
        text: lazily translated, where it is shown in several languages.

    Raises:
        Changed: when the version stands for words already.
    """
    if _shown.setdefault(version, text) is not text:
        raise Changed(f"{version} stands for words already; give these a version of their own.")
    return text


def shown() -> dict[str, str | Promise]:
    """Return every version that this code shows, with its words."""
    return dict(_shown)


def keep(version: str, language: str) -> None:
    """Keep the words of a version in the language in which they were shown; what is kept is never changed.

    A version that no page of ours shows, as one of an older system, has no words here.
    """
    text = _shown.get(version)
    if text is None:
        return
    with translation.override(language):
        words = str(text)
    Wording.objects.get_or_create(version=version, language=language, defaults={"text": words})


PREFERENCES = "preferences-2026-11"
show(
    PREFERENCES,
    _(
        "You agree that we write to you about what you check, by the ways that you check. It is your choice, and not a"
        " condition of care. Message and data rates may apply to texts. You can change this at any time."
    ),
)
MAIL_LINKS = "mail-links-2026-11"
show(MAIL_LINKS, _("One tap, and it ends. Reminders of visits that you booked still come."))
PAPER = "preferences-form-2026-11"
show(
    PAPER,
    _(
        "I agree that you write to me about what I checked, by the ways that I checked. It is my choice, and not a"
        " condition of care. Message and data rates may apply to texts. I can change this at any time."
    ),
)

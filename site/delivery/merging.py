"""What stands in the merge slots: the practice's facts, the names that a letter greets."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation

from patients.models import Reader
from practice.listing import together
from practice.models import Location, Practice


def words(first_name: str = "") -> dict[str, str]:
    """Return every word tag with its value; an empty one gives way to its fallback."""
    return {"first_name": first_name} | practice_words()


def practice_words() -> dict[str, str]:
    """Return the word tags that say the same to everybody."""
    practice, location = Practice.get(), Location.objects.first()
    return {
        "practice_name": practice.name if practice else "",
        "practice_phone": location.phone if location else "",
        "practice_city": location.city if location else "",
    }


def greeting(readers: Sequence[Reader], language: str) -> str:
    """Return the first names of those whom one letter greets, as "Ruth, Teo, and Ana"; "" where none is known."""
    if len(readers) == 1:
        return readers[0].given_name.strip()
    names = list(dict.fromkeys(name for reader in readers if (name := reader.given_name.strip())))
    with translation.override(language):
        return together(names)


def full_name(readers: Sequence[Reader]) -> str:
    """Return the name in the To header: the one reader's, or the first names of those who share the mailbox."""
    if len(readers) == 1:
        return f"{readers[0].given_name} {readers[0].family_name}".strip()
    return greeting(readers, readers[0].language) if readers else ""

"""What is wrong with a catalog: words that are missing, doubtful, or would not fill in as the English ones do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from config.catalog.catalogs import of

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

# %(name)s and %s, {name} and {}, a doubled percent, and each tag with its attributes
SLOT = re.compile(r"%\([^)]*\)[a-z]|%%|%[sd]|\{[^{}]*\}|<[^<>]+>")
# Words that are the same in both languages, and formats of dates, which no English shines through.
SAME = {"es": {"%(h)s h", "%(h)s h %(n)s min", "%(n)s min", "Fax"}}
DATES = re.compile(r"[DlFMjYgiA](?:(?:, | |:)[DlFMjYgiA])*")


def problems(catalog: Catalog, language: str) -> Iterator[str]:
    """Yield one line for each translation that is missing, doubtful, English still, or has other slots.

    Args:
        catalog: as it stands in the .po file.
        language: its code.
    """
    for message in catalog:
        if not message.id:
            continue
        english = of(message).singular
        forms = _forms(message)
        if len(forms) != (catalog.num_plurals if message.pluralizable else 1) or not all(forms):
            yield f"“{english}” is not translated, or not in all of its forms."
            continue
        if message.fuzzy:
            yield f"“{english}” is marked as fuzzy: read it again, then take the mark off."
        if english in forms and english not in SAME.get(language, ()) and not DATES.fullmatch(english):
            yield f"“{english}” is English still."
        yield from _slots(message, forms)


def _forms(message: Message) -> list[str]:
    given = message.string
    return list(given) if isinstance(given, tuple | list) else [given or ""]


def _slots(message: Message, forms: Iterable[str]) -> Iterator[str]:
    saying = of(message)
    # the form for one may say “one” in a word, so each form has to have the slots of either English form
    allowed = [Counter(SLOT.findall(english)) for english in (saying.singular, saying.plural) if english]
    for form in forms:
        if Counter(SLOT.findall(form)) not in allowed:
            wanted = ", ".join(sorted(allowed[-1].elements())) or "nothing"
            yield f"“{saying.singular}”: “{form}” has other slots or tags than the English; it must have {wanted}."
        elif form != form.strip() and saying.singular == saying.singular.strip():
            yield f"“{saying.singular}”: “{form}” begins or ends with a blank."

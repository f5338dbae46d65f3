"""How hard a text is to read, from its words, sentences and syllables: in English its grade, in Spanish its ease.

The grade is that of Flesch and Kincaid (1975). Spanish words have more syllables and its sentences run longer, so an
English formula calls every Spanish text hard; there it is the index of F. Szigriszt Pazos ("Sistemas predictivos de
legibilidad del mensaje escrito: fórmula de perspicuidad", Universidad Complutense de Madrid, 1993) on the INFLESZ
scale for what patients read (I. M. Barrio-Cantalejo et al., An. Sist. Sanit. Navar. 31(2), 2008, pages 135-152).
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

FEWEST_WORDS = 40  # of fewer neither says anything
EASY = 8
HARD = 10
WORD = re.compile(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)*", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?…]+(?:\s|$)")
VOWELS = re.compile(r"[aeiouyà-ÿ]+", re.IGNORECASE)
FAIRLY_EASY = 65  # on the INFLESZ scale, from 0 to 100; 55 to 65 reads as newspapers do
SILENT_U = re.compile(r"(?<=[gq])u(?=[eéií])", re.IGNORECASE)
NUCLEUS = re.compile(r"[íú]|[iuü]?[aeoáéó](?:[iuü]|y(?![aeiouáéíóú]))?|[iuü]+(?:y\b)?|y\b", re.IGNORECASE)
BLOCK_END = re.compile(r"</(?:p|h\d|li)>|<br\s*/?>", re.IGNORECASE)


def syllables(word: str) -> int:
    """Return about how many syllables an English word has; never fewer than one."""
    plain = word.lower()
    count = len(VOWELS.findall(plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee", "ye")):
        count -= 1
    return max(1, count)


def grade(text: str) -> float | None:
    """Return the grade at which `text` is read with ease, or None where there is too little of it."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, len(SENTENCE.findall(text)))
    heavy = sum(syllables(word) for word in words)
    return max(0.0, 0.39 * len(words) / sentences + 11.8 * heavy / len(words) - 15.59)


def spanish_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has: a strong vowel each, weak ones beside it sound with it."""
    return max(1, len(NUCLEUS.findall(SILENT_U.sub("", word))))


def ease(text: str) -> float | None:
    """Return how easily a Spanish text is read, 0 to 100, or None where there is too little of it."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, len(SENTENCE.findall(text)))
    heavy = sum(spanish_syllables(word) for word in words)
    return min(100.0, max(0.0, 206.835 - 62.3 * heavy / len(words) - len(words) / sentences))


def text_of(page: Page) -> str:
    """Return the running text of a page: its introduction, its rich text and its blocks, without what stands around."""
    parts: list[str] = []
    for field in page._meta.local_fields:
        value: Any = getattr(page, field.attname, None)
        if not value:
            continue
        if isinstance(field, StreamField):
            parts += [str(part) for part in field.stream_block.get_searchable_content(value)]
        elif isinstance(field, RichTextField):
            parts.append(strip_tags(BLOCK_END.sub(". ", value)))
        elif isinstance(field, models.TextField) or field.name in {"lede", "offices_text"}:
            parts.append(value)
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip()) + "."

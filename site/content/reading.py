"""How hard a text is to read: the school grade by Flesch and Kincaid, from its words, sentences and syllables."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

FEWEST_WORDS = 40  # a grade of fewer says nothing
EASY = 8
HARD = 10
WORD = re.compile(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)*", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?…]+(?:\s|$)")
VOWELS = re.compile(r"[aeiouyà-ÿ]+", re.IGNORECASE)
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

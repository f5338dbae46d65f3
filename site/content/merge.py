"""The closed set of merge tags: what may stand for a reader's own facts in a letter, and nothing else.

A slot is `{first_name|there}`: the tag and the words that stand where we do not know. Links to the reader's own
pages are `{refer_url}`, without fallback, since every message has them. There is no template language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FALLBACK_LENGTH = 60
SLOT = re.compile(r"\{([a-z_]+)(?:\|([^{}|\r\n]*))?\}")
_BRACES = re.compile(r"\{[^{}]*\}?|\}")


@dataclass(frozen=True)
class Tag:
    """One merge tag: its name, what it stands for, and for a link the public page that stands in on the web.

    What only a block of ours can write, editors may not: the link of a question means nothing without its number.
    """

    name: str
    label: str | Promise
    web_path: str = ""
    is_for_blocks: bool = False

    @property
    def is_link(self) -> bool:
        """Whether it is the reader's own link, which needs no fallback."""
        return bool(self.web_path)


TAGS: Mapping[str, Tag] = MappingProxyType(
    {
        tag.name: tag
        for tag in (
            Tag("first_name", gettext_lazy("The reader's first name")),
            Tag("practice_name", gettext_lazy("The practice's name")),
            Tag("practice_phone", gettext_lazy("The practice's phone number")),
            Tag("practice_city", gettext_lazy("The practice's town")),
            Tag("view_url", gettext_lazy("This letter in the browser"), "/newsletter/"),
            Tag("unsubscribe_url", gettext_lazy("Stop these letters"), "/portal/me/preferences/"),
            Tag("preferences_url", gettext_lazy("Choose what you get"), "/portal/me/preferences/"),
            Tag("refer_url", gettext_lazy("Tell a friend"), "/refer/"),
            Tag("why_url", gettext_lazy("Why did I get this?"), "/newsletter/"),
            Tag("survey_url", gettext_lazy("The question of this letter"), "/e/s/", is_for_blocks=True),
        )
    }
)
LINK_TAGS = frozenset(name for name, tag in TAGS.items() if tag.is_link)
WORD_TAGS = frozenset(TAGS) - LINK_TAGS
OF_THE_FRAME = frozenset(
    {"unsubscribe_url", "preferences_url", "why_url"}
)  # they stand below every letter by themselves
FOR_EDITORS = frozenset(name for name, tag in TAGS.items() if not tag.is_for_blocks)


def problems(text: str, *, links: bool = True) -> list[str]:
    """Return one sentence for each thing that is wrong with the slots of a text as an editor wrote it.

    Args:
        text: plain text, not yet escaped.
        links: whether link tags may stand here; in a subject they may not.

    Returns:
        Sentences that name the tag; empty when all is well.
    """
    found: list[str] = []
    for match in _BRACES.finditer(text):
        slot = SLOT.fullmatch(match.group())
        complaint = _complaint(slot, links=links) if slot else _odd(match.group())
        if complaint and complaint not in found:
            found.append(complaint)
    return found


def _complaint(slot: re.Match[str], *, links: bool) -> str:
    name, fallback = slot.group(1), slot.group(2)
    tag = TAGS.get(name)
    if tag is None or tag.is_for_blocks:
        return _("{%(name)s} is not a merge tag. You can use: %(tags)s.") % {
            "name": name,
            "tags": ", ".join(sorted(FOR_EDITORS if links else FOR_EDITORS & WORD_TAGS)),
        }
    if tag.is_link:
        if not links:
            return _("{%(name)s} is a link and cannot stand here.") % {"name": name}
        return "" if fallback is None else _("{%(name)s} is a link and takes no fallback.") % {"name": name}
    if fallback is None or not fallback.strip():
        return _("{%(name)s} needs words for readers where we do not know it, as in {%(name)s|there}.") % {"name": name}
    if len(fallback) > FALLBACK_LENGTH:
        return _("The fallback of {%(name)s} is longer than %(most)d characters.") % {
            "name": name,
            "most": FALLBACK_LENGTH,
        }
    return ""


def _odd(text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return _("“%(text)s” is not a merge tag. Curly braces are only for tags, as in {first_name|there}.") % {
        "text": shown
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the slots of `values` filled; an empty value gives the fallback, other slots stay.

    Args:
        text: with slots; its fallbacks are encoded as the text is (a compiled letter's are HTML already).
        values: tag → value, already encoded for this kind of text (HTML-escaped for HTML).
    """

    def one(match: re.Match[str]) -> str:
        if match.group(1) not in values:
            return match.group()
        return values[match.group(1)] or match.group(2) or ""

    return SLOT.sub(one, text)


def public_values(base_url: str = "") -> dict[str, str]:
    """Return what everyone may read in place of each tag: nothing for facts, public pages for the reader's own links.

    Args:
        base_url: what stands before the public pages' paths, as "https://juniper-row.example".
    """
    return {name: f"{base_url}{tag.web_path}" if tag.is_link else "" for name, tag in TAGS.items()}


def with_fallbacks(text: str) -> str:
    """Return `text` as everyone may read it on our own pages."""
    return fill(text, public_values())


def tags_in(text: str) -> frozenset[str]:
    """Return the names of the slots in `text`."""
    return frozenset(match.group(1) for match in SLOT.finditer(text))

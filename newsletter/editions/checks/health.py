"""Checks for words that tell of somebody's health where others read along: subject, preview text, addresses.

The rule: a condition or a treatment that one has only for a condition may not stand in subject or preview text, which
lock screens and shared mailboxes show; a word that may be said of anybody wants a look. In an address, a query says
what its sender knows and goes to the other side's log, so it is judged as strictly; a path of somebody else's page
wants a look; a path of ours is the same for everybody who reads our site, and is no news.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.editions.checks.links import Link
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage

NAME = gettext_lazy("Words about health")
WORDS = Path(__file__).with_name("health_words.toml")


@dataclass(frozen=True)
class Told:
    """The words about health in a text: those that name a condition or treatment, and doubtful ones."""

    named: tuple[str, ...]
    doubtful: tuple[str, ...]


def told_by(text: str) -> Told:
    """Return the words about health in a text, in the order in which they stand, in English and in Spanish."""
    plain = _plain(text)
    named, doubtful = (tuple(dict.fromkeys(match.group(1) for match in one.finditer(plain))) for one in _patterns())
    return Told(named, tuple(word for word in doubtful if not any(word in one for one in named)))


def health(edition: EditionPage, found: Iterable[Link]) -> Iterator[Check]:
    """Demand that subject, preview text and addresses name no condition; ask for a look at words in doubt.

    Args:
        edition: the letter.
        found: its links.
    """
    subjects = (("subject", _("The subject")), ("second_subject", _("The second subject")))
    for field, label in (*subjects, ("preheader", _("The preview text"))):
        told = told_by(getattr(edition, field))
        where = in_editor(edition, "subject" if field == "second_subject" else field)
        if told.named:
            words = {"where": label, "words": _listed(told.named)}
            sentence = _("%(where)s says %(words)s. Others may read it on a lock screen; say it in the letter.") % words
            yield Check(NAME, Verdict.MUST_FIX, sentence, where)
        elif told.doubtful:
            words = {"where": label, "words": _listed(told.doubtful)}
            sentence = _("%(where)s says %(words)s. Does that tell anything about who gets it?") % words
            yield Check(NAME, Verdict.LOOK, sentence, where)
    for link in found:
        yield from _of_link(edition, link)


def _of_link(edition: EditionPage, link: Link) -> Iterator[Check]:
    parts = urlsplit(link.address)
    asked = told_by(_spaced(f"{parts.query} {parts.fragment}"))
    way = told_by(_spaced(parts.path)) if link.is_foreign else Told((), ())
    words = asked.named or asked.doubtful or way.named
    if not words:
        return
    values = {"link": link.words, "words": _listed(words)}
    sentence = _("The address behind “%(link)s” says %(words)s, and the site it leads to keeps that.") % values
    verdict = Verdict.MUST_FIX if asked.named else Verdict.LOOK
    yield Check(NAME, verdict, sentence, at_block(edition, link.block))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words[:3])


def _spaced(part: str) -> str:
    """Return a part of an address as words."""
    return re.sub(r"[^\w']+|_", " ", unquote_plus(part))


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(one for one in parted if not unicodedata.combining(one))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lists = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return _pattern(lists, "named"), _pattern(lists, "doubtful")


def _pattern(lists: dict[str, dict[str, list[str]]], kind: str) -> re.Pattern[str]:
    words = {_plain(word) for language in lists.values() for word in language[kind]}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    either = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest_first)
    return re.compile(rf"(?<!\w)({either})(?:s|es|'s)?(?!\w)")

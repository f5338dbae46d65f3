"""How the tests see that a page or mail in Spanish says nothing in the English of our catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import _trans, trans_real

from config.catalog import catalogs, checking

READ_ALOUD = ("alt", "aria-label", "content", "placeholder", "title")
UNREAD = {"script", "style"}
EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source"}
SHORT = 3  # words; a shorter saying may stand within words that somebody wrote, and counts only alone


class _Reader(HTMLParser):
    """Collects what people read or hear on a page, without what is marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[tuple[str, bool]] = []
        self.said: list[str] = []

    @property
    def is_silent(self) -> bool:
        return any(silent for _tag, silent in self.opened)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_foreign = (given.get("lang") or "es")[:2] != "es"
        if not self.is_silent and not is_foreign:
            self.said += [words for name in READ_ALOUD if (words := given.get(name))]
        if tag not in EMPTY:
            self.opened.append((tag, tag in UNREAD or is_foreign))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.opened.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one for one, _silent in self.opened):
            while self.opened.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.is_silent:
            self.said.append(data)


@cache
def _english() -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the short sayings, and a pattern that finds the longer ones wherever they stand."""
    catalog = catalogs.read(catalogs.place(Path(settings.LOCALE_PATHS[0]), "es"), "es")
    forms: set[str] = set()
    for message in catalog:
        if message.id:
            saying = catalogs.of(message)
            spanish = message.string if isinstance(message.string, tuple) else (message.string,)
            forms |= {form for form in (saying.singular, saying.plural) if form and form not in spanish}
    plain = {form.replace("%%", "%") for form in forms if not checking.DATES.fullmatch(form)}
    short = {form for form in plain if len(form.split()) < SHORT and not checking.SLOT.search(form)}
    long = sorted(plain - short, key=len, reverse=True)
    patterns = [r".{1,80}?".join(map(re.escape, checking.SLOT.split(form))) for form in long if _has_words(form)]
    return frozenset(short), re.compile("|".join(rf"(?<!\w){pattern}(?!\w)" for pattern in patterns))


def _has_words(form: str) -> bool:
    return not checking.SLOT.search(form) or len(re.findall(r"[A-Za-z]{2,}", checking.SLOT.sub(" ", form))) >= SHORT


def said(html: str) -> list[str]:
    """Return what people read or hear on a page, each piece with single blanks."""
    reader = _Reader()
    reader.feed(html)
    return [words for piece in reader.said if (words := " ".join(piece.split()))]


def english_left(pieces: list[str], unknown: set[str] | frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield each English saying among the pieces of a page that should be Spanish.

    Args:
        pieces: what is said on it.
        unknown: sayings beside those of our catalog, as `unanswered` hears them.
    """
    short, long = _english()
    for piece in pieces:
        if piece.strip(" .:,?!") in short or piece in short | unknown:
            yield piece
        elif found := long.search(piece):
            yield found[0]


@contextmanager
def unanswered() -> Iterator[set[str]]:
    """Yield a set that takes what is asked of gettext in Spanish and has no Spanish, in our catalog or a library's.

    Not all of it is seen: a page's form may hold words for staff.
    """
    heard: set[str] = set()

    def ask(real: Callable[..., str], context: int | None, words: int, *args: object) -> str:
        known = trans_real.catalog()._catalog
        saying = str(args[words])
        key = saying if context is None else f"{args[context]}\x04{saying}"
        if translation.get_language() == "es" and saying and key not in known and (key, 0) not in known:
            heard.add(saying)
        return real(*args)

    places = {"gettext": (None, 0), "pgettext": (0, 1), "ngettext": (None, 0), "npgettext": (0, 1)}
    real = {name: getattr(_trans, name) for name in places}
    try:
        for name, (context, words) in places.items():
            setattr(_trans, name, partial(ask, real[name], context, words))
        yield heard
    finally:
        for name, function in real.items():
            setattr(_trans, name, function)

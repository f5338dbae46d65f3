"""A verb's sentence and icon, for timelines: each part enters its own words when it is ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from journal.models import Entry


@dataclass(frozen=True)
class Words:
    """How a timeline shows an entry: a sentence with `{particulars}`, an icon's name, who may see it."""

    sentence: str | Promise
    icon: str = "check"
    audience: frozenset[str] = frozenset({"staff"})


_words: dict[str, Words] = {}
_codes: dict[str, Mapping[str, str | Promise]] = {}


def say(verb: str, sentence: str | Promise, *, icon: str = "check", audience: set[str] | None = None) -> None:
    """Enter the words of `verb`; `audience` are the roles whose timeline shows it (staff always)."""
    _words[verb] = Words(sentence, icon, frozenset({"staff", *(audience or set())}))


def spell(fact: str, words: Mapping[str, str | Promise]) -> None:
    """Enter how sentences call the codes of one fact, as "email" of `channel`; others stay as they were written."""
    _codes[fact] = words


def sentence_of(entry: Entry) -> str:
    """Return the entry's sentence, or its verb where nobody entered words."""
    words = _words.get(entry.verb)
    if words is None:
        return entry.verb.replace(".", " ").replace("_", " ").capitalize()
    return str(words.sentence).format_map(_Blank(_spelled(entry.particulars))).replace(" ()", "")  # an absent fact


def _spelled(particulars: Mapping[str, object]) -> dict[str, object]:
    return {
        fact: _codes[fact].get(said, said) if fact in _codes and isinstance(said, str) else said
        for fact, said in particulars.items()
    }


def words_of(verb: str) -> Words | None:
    """Return what was entered for `verb`."""
    return _words.get(verb)


class _Blank(dict[str, object]):
    """Particulars in which an absent fact is an empty string."""

    def __missing__(self, key: str) -> str:
        return ""

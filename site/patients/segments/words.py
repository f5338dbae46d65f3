"""A tree in one sentence, with the words marked that matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.segments.tree import Group, Line, Match, Node

_MARK = re.compile(r"\*([^*]+)\*")
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Part:
    """Some words of the sentence: plain, marked, or a word that joins ("strong")."""

    text: str
    tone: str = ""


def sentence(tree: Group) -> list[Part]:
    """Return the sentence in parts; together they end with a full stop."""
    if tree.match == Match.NONE:
        lead = [Part(_("Everyone but those")), Part(" ")]
        return _tidy([*lead, *_joined(tree.parts, _("or"), depth=0), Part(".")])
    return _tidy([Part(_("People")), Part(" "), *_clause(tree, depth=0), Part(".")])


def in_words(tree: Group) -> str:
    """Return the sentence as plain text."""
    return "".join(part.text for part in sentence(tree))


def line_in_words(line: Line) -> str:
    """Return one question as plain text: "whose last visit was more than 18 months ago"."""
    return "".join(part.text for part in _said(line))


def _clause(node: Node, *, depth: int) -> list[Part]:
    if isinstance(node, Line):
        return _said(node)
    if node.match == Match.ANY:
        return _enclosed(_joined(node.parts, _("or"), depth=depth + 1), node, depth)
    if node.match == Match.NONE:
        inside = _joined(node.parts, _("or"), depth=depth + 1)
        return [Part(_("but none")), Part(" "), *_enclosed(inside, node, depth)]
    return _enclosed(_listed(node, depth=depth + 1), node, depth)


def _listed(group: Group, *, depth: int) -> list[Part]:
    """Return the parts of an "all" group as a list, with what is left out at its end."""
    kept = [part for part in group.parts if not (isinstance(part, Group) and part.match == Match.NONE)]
    out = [part for part in group.parts if part not in kept]
    if not kept:
        lead: list[Part] = [Part(_("of any kind"))]
    else:
        lead = []
        for place, part in enumerate(kept):
            if place:
                lead.append(Part(_(", and ") if place == len(kept) - 1 else ", "))
            lead += _clause(part, depth=depth)
    for part in out:
        lead += [Part(", "), *_clause(part, depth=depth)]
    return lead


def _joined(parts: Iterable[Node], word: str, *, depth: int) -> list[Part]:
    joined: list[Part] = []
    for place, part in enumerate(parts):
        if place:
            joined += [Part(" "), Part(word, "strong"), Part(" ")]
        joined += _clause(part, depth=depth)
    return joined


def _enclosed(inside: list[Part], group: Group, depth: int) -> list[Part]:
    """Put brackets around a group inside a group inside a group, where commas no longer say what belongs together."""
    has_groups = any(isinstance(part, Group) for part in group.parts)
    if depth and len(group.parts) > 1 and (depth > 1 or group.match == Match.ALL or has_groups):
        return [Part("("), *inside, Part(")")]
    return inside


def _said(line: Line) -> list[Part]:
    said = {blank.name: blank.said(line.values[blank.name]) for blank in line.how.blanks}

    def filled(text: str) -> str:
        return _BLANK.sub(lambda found: said.get(found[1], found[0]), text)

    parts = _MARK.split(str(line.how.says))  # every second part stood between asterisks
    return [Part(filled(text), "mark" if place % 2 else "") for place, text in enumerate(parts) if text]


def _tidy(parts: list[Part]) -> list[Part]:
    """Join neighbors of one tone, so that a template writes each run once."""
    tidy: list[Part] = []
    for part in parts:
        if tidy and tidy[-1].tone == part.tone:
            tidy[-1] = Part(tidy[-1].text + part.text, part.tone)
        else:
            tidy.append(part)
    return tidy

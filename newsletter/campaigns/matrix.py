"""The letters that will really be sent: each way that occurs, whom it is for, its blocks, and how many letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from string import ascii_uppercase

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from content.whom import Rule
from delivery.counting import by_way
from delivery.ways import parted
from newsletter.campaigns.audience import Audience, Readership, recipients
from newsletter.editions.ways import InWays
from patients.models import Channel
from patients.segments import Group, Match
from patients.segments.counting import Shown, masked, may_read_all, moved_by


@dataclass(frozen=True)
class Row:
    """One of the letters: its name, whom it is for, its blocks, how many of it leave, and its way."""

    name: str
    who: str
    blocks: str
    letters: int
    way: str


@dataclass(frozen=True)
class Matrix:
    """The letters that leave, which add up to the audience's; and what health adds, as whoever looks may read it.

    Args:
        rows: the most frequent first.
        by_health: for each rule that asks about health and may not be counted exactly: its label, and about how many.
    """

    rows: list[Row]
    by_health: list[tuple[str, Shown]] = field(default_factory=list)

    @property
    def letters(self) -> int:
        """Return how many letters leave in all."""
        return sum(row.letters for row in self.rows)


def of(letter: InWays, audience: Audience, readership: Readership, *, user: User | AnonymousUser) -> Matrix | None:
    """Return the letters that would leave now; None where everybody gets the same one, and nothing is asked.

    Who may not see patients reads no number that hangs on somebody's health: such rules are left out of the ways, and
    each is told by itself, moved and rounded as `patients.segments.counting` says.
    """
    if not letter.rules and not letter.translations:
        return None
    held_back = bool(audience.held_back)
    counts = by_way(Channel.EMAIL, recipients(audience.segment, readership), letter.ways, held_back=held_back)
    hidden = {} if may_read_all(user) else {mark: rule for mark, rule in letter.rules.items() if rule.is_clinical}
    shown: Counter[str] = Counter()
    for way, number in counts.items():
        shown[_without(way, set(hidden))] += number
    rows = [
        Row(_lettered(place), _who(letter, way), _blocks(letter, way), number, way)
        for place, (way, number) in enumerate(sorted(shown.items(), key=lambda one: (-one[1], one[0])))
    ]
    by_health = [(rule.label, _about(rule, mark, counts, audience)) for mark, rule in hidden.items()]
    return Matrix(rows, by_health)


def _about(rule: Rule, mark: str, counts: Counter[str], audience: Audience) -> Shown:
    number = sum(number for way, number in counts.items() if mark in parted(way)[0])
    asked = Group(Match.ALL, (audience.segment.tree, rule.tree))
    return masked(number, sum(counts.values()), moved=moved_by(asked))


def _without(way: str, hidden: set[str]) -> str:
    marks, language = parted(way)
    return "".join(sorted(marks - hidden)) + (f".{language}" if language else "")


def _lettered(place: int) -> str:
    """Return the name of the letter at a place: A to Z, then A1 and so on."""
    round_, at = divmod(place, len(ascii_uppercase))
    return f"{ascii_uppercase[at]}{round_ or ''}"


def _who(letter: InWays, way: str) -> str:
    marks, language = parted(way)
    labels = [letter.rules[mark].label for mark in sorted(marks)]
    if language:
        labels.append(_("Reads %(language)s") % {"language": dict(settings.LANGUAGES)[language]})
    return "; ".join(labels) or _("Everyone else")


def _blocks(letter: InWays, way: str) -> str:
    page, (_marks, language) = letter.page_in(way), parted(way)
    common = {block.id for block in page.blocks_for()}
    extra = [str(block.block.label) for block in page.body if block.id not in common]
    said = " + ".join([str(len(common)), *dict.fromkeys(extra)])
    words = {"blocks": said, "language": dict(settings.LANGUAGES)[language]} if language else {}
    if language in letter.translations:
        return _("%(blocks)s, in %(language)s") % words
    return _("%(blocks)s, with a frame in %(language)s") % words if language else said

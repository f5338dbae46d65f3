"""The builder's screen: rows and boxes with their choices, counts and troubles, made for the template alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import may
from patients.models import Nature
from patients.segments import counting, words
from patients.segments.counting import Reach, Shown
from patients.segments.drafting import Draft, as_tree, key_of, way_of
from patients.segments.inputs import Blank
from patients.segments.registry import Criterion, catalogue
from patients.segments.tree import DEEPEST, Broken, Group, Match, Path, parse, parse_line

type Option = tuple[str, str, bool]
SLOW = 0.3  # seconds: after that, the rest is counted when somebody asks


@dataclass(frozen=True)
class Fill:
    """One blank of a line as it is drawn."""

    name: str
    label: str
    kind: str
    value: Any
    options: list[Option]
    after: str
    least: int | None = None
    most: int | None = None


@dataclass
class Row:
    """One question as it is drawn."""

    key: str
    path: str
    number: str
    lead: str
    questions: list[tuple[str, list[Option]]]
    hows: list[Option] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    is_clinical: bool = False
    count: Shown | None = None
    trouble: str = ""
    is_group: bool = False


@dataclass
class Box:
    """One group as it is drawn; a flat one stands in its parent's lines, as "but not …"."""

    key: str
    path: str
    number: str
    lead: str
    matches: list[Option]
    parts: list[Row | Box]
    trouble: str = ""
    may_nest: bool = True
    may_exclude: bool = True
    is_flat: bool = False
    is_group: bool = True


@dataclass
class Screen:
    """The whole builder: its tree as drawn, its numbers and its sentence."""

    root: Box
    sentence: list[words.Part] = field(default_factory=list)
    total: Shown | None = None
    reach: Reach | None = None
    is_reach_open: bool = False
    milliseconds: int = 0
    is_clinical: bool = False
    tree: Group | None = None
    troubles: dict[Path, str] = field(default_factory=dict)


def drawn(draft: Draft, *, user: User | AnonymousUser, with_reach: bool = False, is_strict: bool = False) -> Screen:
    """Return the screen of a draft, counted now.

    Args:
        draft: completed, as it will be shown.
        user: for whom: what they may ask and which numbers they may read.
        with_reach: count how many would get what even where that takes its time.
        is_strict: say of a question that is not chosen yet that it is missing; else it is passed over in silence.
    """
    begun = time.perf_counter()
    drawing = _Drawing(user, is_strict=is_strict)
    tree: Group | None = None
    try:
        tree = parse(as_tree(draft))
    except Broken as error:
        drawing.troubles = error.troubles
    screen = Screen(drawing.box(draft, (), "", ""), tree=tree, troubles=drawing.troubles)
    if tree is not None:
        screen.sentence, screen.is_clinical = words.sentence(tree), tree.is_clinical
        screen.total = counting.of_tree(tree, user=user)
        if not tree.is_clinical or counting.may_read_all(user):
            screen.is_reach_open = not (with_reach or time.perf_counter() - begun < SLOW)
            screen.reach = None if screen.is_reach_open else counting.reach(tree)
    screen.milliseconds = round((time.perf_counter() - begun) * 1000)
    return screen


class _Drawing:
    def __init__(self, user: User | AnonymousUser, *, is_strict: bool) -> None:
        self.user = user
        self.is_strict = is_strict
        self.known = catalogue()
        self.may_be_clinical = may(user, "segments.clinical")
        self.troubles: dict[Path, str] = {}

    def box(self, draft: Draft, path: Path, lead: str, number: str) -> Box:
        """Return a group."""
        match = Match(draft["match"])
        labels = {Match.ALL: _("all of these"), Match.ANY: _("any of these"), Match.NONE: _("none of these")}
        matches = [
            (one.value, labels[one] if path else str(one.label), one == match)
            for one in (Match.ALL, Match.ANY, Match.NONE)
        ]
        parts: list[Row | Box] = []
        for place, part in enumerate(draft["parts"]):
            below, name = (*path, place), f"{number}.{place + 1}" if number else str(place + 1)
            first = place == 0
            if "match" in part:
                inner = self.box(part, below, "" if first else _joining(match), name)
                self._flatten(inner, part, match, is_first=first)
                parts.append(inner)
            else:
                parts.append(self.row(part, below, "", name))
        return Box(
            key=key_of(path),
            path="-".join(map(str, path)),
            number=number,
            lead=lead,
            matches=matches,
            parts=parts,
            trouble=self.troubles.get(path, "") if path or self.is_strict else "",
            may_nest=len(path) + 1 < DEEPEST,
            may_exclude=match == Match.ALL and len(path) + 1 < DEEPEST,
        )

    def _flatten(self, inner: Box, part: Draft, match: Match, *, is_first: bool) -> None:
        """Draw a "none of these" inside an "all of these" as lines of their own: "but not …", "nor …"."""
        if match == Match.ALL and part["match"] == Match.NONE and not any(row.is_group for row in inner.parts):
            inner.is_flat = True
            for place, row in enumerate(inner.parts):
                row.lead = _("nor") if place else _("not") if is_first else _("but not")

    def row(self, draft: Draft, path: Path, lead: str, number: str) -> Row:
        """Return a question."""
        row = Row(
            key=key_of(path),
            path="-".join(map(str, path)),
            number=number,
            lead=lead,
            questions=self.questions(str(draft.get("ask", ""))),
            trouble=self.troubles.get(path, ""),
        )
        way = way_of(draft, self.known)
        if way is None:
            chosen = bool(draft.get("ask"))
            row.trouble = row.trouble if chosen else _("Choose a question, or remove it.") if self.is_strict else ""
            return row
        criterion, how = way
        row.hows = [(one.name, str(one.label), one is how) for one in criterion.hows]
        row.fills = [_fill(blank, draft.get(blank.name, blank.first())) for blank in how.blanks]
        row.is_clinical = criterion.may_be_clinical
        if not row.trouble:
            try:
                line = parse_line(as_tree(draft))
            except Broken as error:
                row.trouble = " ".join(error.troubles.values())
            else:
                row.is_clinical = line.is_clinical
                row.count = counting.of_line(line, user=self.user)
        return row

    def questions(self, chosen: str) -> list[tuple[str, list[Option]]]:
        """Return the questions that this person may ask, under their headings."""
        found: dict[str, list[Option]] = {}
        for one in self.known.values():
            if self._may_ask(one) or one.name == chosen:
                found.setdefault(str(one.group), []).append((one.name, str(one.label), one.name == chosen))
        return list(found.items())

    def _may_ask(self, criterion: Criterion) -> bool:
        return self.may_be_clinical or criterion.nature != Nature.CLINICAL


def _joining(match: Match) -> str:
    return {Match.ALL: _("and"), Match.ANY: _("or"), Match.NONE: _("nor")}[match]


def _fill(blank: Blank, value: Any) -> Fill:
    chosen = {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}
    shown = value
    if blank.kind == "span":
        pair = value if isinstance(value, list | tuple) else str(value).split(" ")
        shown, chosen = pair[0] if pair else "", set(pair[1:2]) or {"months"}
    return Fill(
        name=blank.name,
        label=str(blank.label),
        kind=blank.kind,
        value=shown,
        options=[(name, label, name in chosen) for name, label in blank.options()],
        after=str(getattr(blank, "after", "")),
        least=getattr(blank, "least", None),
        most=getattr(blank, "most", None),
    )

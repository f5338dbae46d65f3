"""A segment as a send takes it: by its key, whether it came with the house or was made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise

from patients.models import Channel, Purpose, ReaderQuerySet, Segment
from patients.segments import words
from patients.segments.compiling import Question, compiled
from patients.segments.ready_made import EVERYONE, READY_MADE
from patients.segments.tree import Group, Line, Match, parse


@dataclass(frozen=True)
class Saved:
    """A named question: its answer is a QuerySet of readers, frozen into an audience only at a send.

    Args:
        name: its key: of a ready-made one its own word ("everyone"), else the ref ("SG-7K2M").
        label: what people call it.
        raw: its tree as JSON.
        is_clinical: whether people are chosen by their health.
        is_archived: whether it was put away and can no longer be chosen.
    """

    name: str
    label: str | Promise
    raw: dict[str, Any] = field(repr=False)
    is_clinical: bool = False
    is_archived: bool = False

    @cached_property
    def tree(self) -> Group:
        """Return its tree.

        Raises:
            tree.Broken: when it asks for something that is no longer there.
        """
        return parse(self.raw)

    @property
    def sentence(self) -> str:
        """Return it in words."""
        return words.in_words(self.tree)

    @property
    def question(self) -> Question:
        """Return it compiled, as of today."""
        return compiled(self.tree)

    def readers(self) -> ReaderQuerySet:
        """Return whom it means now, as one SQL question."""
        return self.question.readers()

    def meant(self, among: Line | None = None) -> Question:
        """Return whom it means before anybody asks who may be written to: those left out of a letter are among them.

        Args:
            among: those alone whom this line means as well.
        """
        parts = self.tree.parts
        if self.tree.match == Match.ALL:
            parts = tuple(part for part in parts if not _asks_for_letters(part))
        whole = Group(self.tree.match, parts)
        is_within = self.tree.match == Match.ALL and among in parts
        if among is None or is_within:
            return compiled(whole)
        return compiled(Group(Match.ALL, (whole, among)))


def _asks_for_letters(part: Group | Line) -> bool:
    return isinstance(part, Line) and part.as_json() == {
        "ask": "reachable",
        "how": "yes",
        "channel": Channel.EMAIL,
        "purpose": Purpose.OWN_SERVICES,
    }


EVERYONE_WHO_GETS_LETTERS = Saved(EVERYONE.key, EVERYONE.label, EVERYONE.tree)


def saved(segment: Segment) -> Saved:
    """Return a segment as a send takes it."""
    ready = READY_MADE.get(segment.ready_made)
    return Saved(
        key_of(segment),
        ready.label if ready else segment.name,
        ready.tree if ready else segment.tree,
        is_clinical=segment.is_clinical,
        is_archived=segment.archived_at is not None,
    )


def key_of(segment: Segment) -> str:
    """Return the key under which others keep a segment."""
    return segment.ready_made or segment.ref


def by_name(name: str) -> Saved:
    """Return the segment of a key, a ref or a name, whatever the case; an archived one only by its key.

    Raises:
        LookupError: when there is none.
    """
    if ready := READY_MADE.get(name):
        return Saved(ready.key, ready.label, ready.tree)
    named = Segment.objects.in_use().filter(name__iexact=name)
    found = Segment.objects.filter(ref=name).first() or named.first()
    if found is None:
        raise LookupError(name)
    return saved(found)


def choices() -> list[Saved]:
    """Return every segment that can be chosen: the ready-made first, then ours by name."""
    ready = [Saved(one.key, one.label, one.tree) for one in READY_MADE.values()]
    return [*ready, *(saved(one) for one in Segment.objects.in_use().filter(ready_made=""))]


type Use = tuple[str, str]
_uses: list[Callable[[str], Iterable[Use]]] = []


def used_by(ask: Callable[[str], Iterable[Use]]) -> Callable[[str], Iterable[Use]]:
    """Enter a room's answer to what uses a segment: from its key to labels and addresses."""
    if ask not in _uses:
        _uses.append(ask)
    return ask


def uses(key: str) -> list[Use]:
    """Return what uses a segment: labels and addresses."""
    return [use for ask in _uses for use in ask(key)]

"""A letter in all its ways: which blocks are for whom, what stands in which language, what each reader would get."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from wagtail.blocks import StreamValue

from content import languages, whom
from delivery.envelope import Letter
from delivery.ways import MARKS, SECOND, Ways, arm_of, parted
from newsletter.editions.letter import compose
from newsletter.editions.models import EditionPage
from patients.segments import compiled

ONE_OF_THEM = frozenset({"account", "age", "language", "location"})  # kinds of rules of which a reader meets one
MOST_WAYS = 64  # in which one letter may leave: whoever approves it could read that many


@dataclass(frozen=True)
class Trouble:
    """A block of a page whose rule nobody can ask any more, and why, in the editor's words."""

    page: EditionPage
    block: Any
    why: str


class InWays:
    """An edition with its translations, as it would leave now.

    Args:
        edition: its newest words. A translation's are those that are published.
    """

    def __init__(self, edition: EditionPage) -> None:
        self.edition = edition
        self.own = edition.locale.language_code

    @cached_property
    def in_other_languages(self) -> dict[str, EditionPage]:
        """Return the edition in other languages, published or not."""
        others = EditionPage.objects.filter(translation_key=self.edition.translation_key).exclude(pk=self.edition.pk)
        return {page.locale.language_code: page for page in others.select_related("locale")}

    @property
    def translations(self) -> dict[str, EditionPage]:
        """Return those that are published: their readers get them."""
        return {code: page for code, page in self.in_other_languages.items() if page.live}

    @property
    def pages(self) -> list[EditionPage]:
        """Return the edition and its translations."""
        return [self.edition, *(page for _code, page in sorted(self.translations.items()))]

    @cached_property
    def keys(self) -> list[str]:
        """Return the rules that blocks keep, each once, in the order in which they stand."""
        found = (rule for page in self.pages for block in page.body if (rule := whom.of(block.value)))
        return list(dict.fromkeys(found))

    @cached_property
    def _read(self) -> dict[str, whom.Rule | whom.Gone]:
        if not self.keys:
            return {}
        labels = whom.labels_of_choices()
        found: dict[str, whom.Rule | whom.Gone] = {}
        for key in self.keys:
            try:
                found[key] = whom.named(key, labels)
            except whom.Gone as gone:
                found[key] = gone
        return found

    @cached_property
    def rules(self) -> dict[str, whom.Rule]:
        """Return the rules that can be asked, by the marks under which delivery knows them."""
        there = [rule for rule in self._read.values() if isinstance(rule, whom.Rule)]
        return dict(zip(MARKS, there, strict=False))

    @property
    def has_too_many_rules(self) -> bool:
        """Whether there are more rules than anybody could look through."""
        return len(self.keys) > len(MARKS)

    @property
    def number(self) -> int:
        """Return in how many ways the letter could leave at most: whoever meets one age band meets no other."""
        kinds = Counter(rule.key.partition(":")[0] for rule in self.rules.values())
        each = (n + 1 if kind in ONE_OF_THEM else 2**n for kind, n in kinds.items())
        return prod(each) * len(languages.CODES)

    @property
    def has_too_many_ways(self) -> bool:
        """Whether there are more ways than anybody could look through."""
        return self.number > MOST_WAYS

    @property
    def is_clinical(self) -> bool:
        """Whether a block is for people who are chosen by their health."""
        return any(rule.is_clinical for rule in self.rules.values())

    def troubles(self) -> Iterator[Trouble]:
        """Return the blocks whose rules nobody can ask any more."""
        for page in self.pages:
            for block in page.body:
                if isinstance(gone := self._read.get(whom.of(block.value)), whom.Gone):
                    yield Trouble(page, block, str(gone))

    @property
    def ways(self) -> Ways:
        """Return what tells its ways apart, as delivery asks the database."""
        others = frozenset(languages.CODES) - {self.own}
        return Ways({mark: compiled(rule.tree) for mark, rule in self.rules.items()}, others)

    def page_in(self, name: str) -> EditionPage:
        """Return the page with the blocks of one way, in its language where it is translated.

        Args:
            name: of the way, as delivery gives it; "" is the letter for whoever meets no rule.
        """
        marks, language = parted(name)
        keys = {rule.key for mark, rule in self.rules.items() if mark in marks}
        return part_for(self.translations.get(language, self.edition), keys)

    def letter(self, name: str = "") -> Letter:
        """Return the letter in one way; where it is not translated, only its frame speaks the reader's language.

        In the second of two arms it has its second subject.

        Raises:
            As `compose`.
        """
        page = self.page_in(name)
        if arm_of(name) == SECOND:
            page.subject = page.second_subject
        return compose(page, language=parted(name)[1] or None)

    @cached_property
    def seal(self) -> str:
        """Return what tells this letter from another: 64 hex digits of all blocks in all languages, and for whom.

        What a rule asks is in it too, so that a segment which somebody changed is another letter.

        Raises:
            As `compose`.
        """
        said: dict[str, Any] = {
            "letters": [compose(page).as_json() for page in self.pages],
            "for": [[whom.of(block.value) for block in page.body] for page in self.pages],
            "rules": {rule.key: rule.tree.as_json() for rule in self.rules.values()},
        }
        if self.edition.second_subject:
            said["second"] = [self.edition.second_subject]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def part_for(edition: EditionPage, rules: Collection[str] = ()) -> EditionPage:
    """Return an edition with the blocks that are for whoever meets these rules; without any, with those for everyone.

    It is for reading: never saved.
    """
    kept = [(block.block_type, block.value, block.id) for block in edition.blocks_for(rules)]
    part = copy(edition)
    part.body = StreamValue(edition.body.stream_block, kept)
    return part

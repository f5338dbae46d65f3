"""Which health tips fit which month: what was used when, what suits the season and has rested for a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.utils.formats import date_format

from content import languages
from newsletter.editions.models import EditionPage, TipPage

LOOKS_BACK = timedelta(days=730)
MOST = 3  # proposals


@dataclass(frozen=True)
class Proposal:
    """A tip that suits a month, and when a letter last held it."""

    tip: TipPage
    last_used: date | None


@dataclass
class Month:
    """One month of the calendar: its letters, the last letters of the same month, the tips that suit it."""

    first: date
    letters: list[EditionPage] = field(default_factory=list)
    before: list[EditionPage] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return it in words, as "November 2026"."""
        return date_format(self.first, "F Y")


def month_after(first: date) -> date:
    """Return the first day of the next month."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


class Shelf:
    """All English tips that could be used, and the letters that used them: read with three questions."""

    def __init__(self, day: date) -> None:
        """Read what there is.

        Args:
            day: from which one looks back and ahead; a review that has run out on it is run out.
        """
        self.day = day

    @cached_property
    def tips(self) -> list[TipPage]:
        """Return the published English tips in order of their titles."""
        found = TipPage.objects.live().filter(locale__language_code=languages.ENGLISH)
        return list(found.select_related("reviewer", "topic").order_by("title", "pk"))

    @cached_property
    def letters(self) -> list[EditionPage]:
        """Return the English letters of the last two years and those to come, the newest first."""
        since = (self.day - LOOKS_BACK).replace(day=1)
        recent = EditionPage.objects.filter(locale__language_code=languages.ENGLISH, issued_on__gte=since)
        return list(recent.select_related("campaign__dispatch").order_by("-issued_on", "-pk"))

    @cached_property
    def _keys(self) -> dict[int, UUID]:
        return dict(TipPage.objects.values_list("pk", "translation_key"))

    @cached_property
    def _by_key(self) -> dict[UUID, TipPage]:
        return {tip.translation_key: tip for tip in self.tips}

    @cached_property
    def _used(self) -> dict[UUID, list[date]]:
        used: dict[UUID, list[date]] = defaultdict(list)
        for letter in self.letters:
            for key in {self._keys[pk] for pk in tips_in(letter) if pk in self._keys}:
                used[key].append(letter.issued_on)
        return used

    def tips_of(self, letter: EditionPage) -> list[TipPage]:
        """Return the tips that a letter holds."""
        keys = {self._keys[pk] for pk in tips_in(letter) if pk in self._keys}
        return sorted((self._by_key[key] for key in keys if key in self._by_key), key=lambda tip: (tip.title, tip.pk))

    def proposals(self, first: date, most: int = MOST) -> list[Proposal]:
        """Return the tips that suit a month, rested for a year, and stay reviewed beyond it.

        Args:
            first: a day of the month.
            most: how many.

        Returns:
            Those of the season before those of any time; of each, the ones that rested longest first.
        """
        ends = month_after(first)
        rested = ends.replace(year=ends.year - 1)  # last year's letter of the same month is a year ago
        found: list[tuple[bool, date, Proposal]] = []
        for tip in self.tips:
            if tip.months and first.month not in tip.months:
                continue
            if tip.reviewer is None or tip.review_by is None or tip.review_by <= ends:
                continue
            used = max(self._used[tip.translation_key], default=None)
            if used is None or used < rested:
                found.append((not tip.months, used or date.min, Proposal(tip, used)))
        return [proposal for _any_time, _rested, proposal in sorted(found, key=lambda row: row[:2])[:most]]

    def year(self, first: date, months: int = 12) -> list[Month]:
        """Return the months from that of `first`, each with its letters, the last ones of the same month, and tips."""
        found: list[Month] = []
        at = first.replace(day=1)
        for _number in range(months):
            month = Month(at, proposals=self.proposals(at))
            month.letters = [letter for letter in self.letters if _same_month(letter.issued_on, at)]
            month.before = _last_of_that_name(self.letters, at)
            found.append(month)
            at = month_after(at)
        return found


def tips_in(letter: EditionPage) -> list[int]:
    """Return the ids of the tip pages in a letter's blocks."""
    chosen = (block["value"].get("tip") for block in letter.body.raw_data if block["type"] == "tip")
    return [int(pk) for pk in chosen if pk]


def _same_month(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)


def _last_of_that_name(letters: Iterable[EditionPage], first: date) -> list[EditionPage]:
    earlier = [letter for letter in letters if letter.issued_on < first and letter.issued_on.month == first.month]
    latest = max((letter.issued_on.year for letter in earlier), default=None)
    return [letter for letter in earlier if letter.issued_on.year == latest]

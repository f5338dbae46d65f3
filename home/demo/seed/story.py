"""What every chapter of the seed shares: one dice, one clock, public names that never meet, the journal's rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from journal.models import Entry
from vault import ids
from vault.refs import ALPHABET
from vault.writing import Many, Row

ZONE = ZoneInfo("America/Los_Angeles")
BATCH = 1_000
NAMES_OF_THE_STORY = "7K2M 4M9X 6TQ2 1TNC 2H7P 8C3N 3V6R 9WD4 6ED5 5GH1 2DBL 9QXD 5RWE 2HNB 8TBQ 93TQ 8M4P"
RESERVED = frozenset(NAMES_OF_THE_STORY.split())
DAY_BEGINS, DAY_ENDS, FRIDAY_ENDS = 8, 17, 13


@dataclass(frozen=True)
class Size:
    """How much is made: people, offices, months of history, and the seed of the dice."""

    patients: int = 300
    offices: int = 25
    months: int = 12
    seed: int = 7

    @property
    def ref_length(self) -> int:
        """Return how long the random part of a public name must be, so that later ones still find room."""
        return 4 if self.patients <= 20_000 else 6


class Refs:
    """Public names of one kind, all different without being remembered: a shuffled count (each step is a bijection)."""

    def __init__(self, prefix: str, length: int, seed: int) -> None:
        self.prefix, self.length, self.bits = prefix, length, 5 * length
        self.offset = random.Random(f"{prefix}{seed}").getrandbits(self.bits)  # noqa: S311  names for a demo
        self.count = 0

    def next(self) -> str:
        """Return the next name that the story has not given to somebody."""
        while True:
            mask, half = (1 << self.bits) - 1, self.bits // 2
            value = (self.count * 0x9E3779B1 + self.offset) & mask
            value ^= value >> half
            value = value * 0x85EBCA6B & mask
            value ^= value >> half
            self.count += 1
            text = "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(self.length)))
            if text not in RESERVED:
                return f"{self.prefix}-{text}"


class Odds[T]:
    """Things and how often each falls, weighed once."""

    def __init__(self, things: Mapping[T, float]) -> None:
        self.things, self.weights = list(things), list(accumulate(things.values()))

    def draw(self, dice: random.Random) -> T:
        """Return one of the things."""
        return dice.choices(self.things, cum_weights=self.weights)[0]


@dataclass
class Story:
    """One telling: the dice, the clock, and who was met so far."""

    size: Size
    say: Callable[[str], None]
    now: datetime = field(default_factory=timezone.now)
    met: dict[str, Any] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)
    _refs: dict[str, Refs] = field(default_factory=dict)
    _entries: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.size.seed)  # noqa: S311  a story, not a secret
        self.today = self.now.astimezone(ZONE).date()
        self.begins_on = self.today - timedelta(days=round(30.44 * self.size.months))

    def ref(self, prefix: str) -> str:
        """Return a fresh public name such as `PT-4M9X`."""
        return self.code_of(prefix, self.size.ref_length)

    def code(self, kind: str) -> str:
        """Return a fresh code of eight characters, as on a printed card."""
        return self.code_of(kind, 8).partition("-")[2]

    def code_of(self, prefix: str, length: int) -> str:
        """Return a fresh name of one kind with a random part of `length`."""
        key = f"{prefix}{length}"
        if key not in self._refs:
            self._refs[key] = Refs(prefix, length, self.size.seed)
        return self._refs[key].next()

    # The clock

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a moment by the practice's wall clock."""
        return datetime.combine(day, time(hour, minute), ZONE)

    def is_open(self, day: date) -> bool:
        """Return whether the practice works on `day`."""
        return day.weekday() < 5 and day not in self.closed

    def practice_day(self, day: date, step: int = 1) -> date:
        """Return `day`, or the next one after it (before it, with step -1) on which the practice works."""
        while not self.is_open(day):
            day += timedelta(days=step)
        return day

    def days_on(self, day: date, count: int) -> date:
        """Return the day `count` practice days after (before, if negative) `day`."""
        step = 1 if count >= 0 else -1
        for _ in range(abs(count)):
            day = self.practice_day(day + timedelta(days=step), step)
        return day

    def moment(self, day: date, *, earliest: int = DAY_BEGINS) -> datetime:
        """Return some moment of `day` within working hours."""
        last = FRIDAY_ENDS if day.weekday() == 4 else DAY_ENDS
        first = min(earliest, last - 1)
        return self.at(day, self.dice.randrange(first, last), self.dice.randrange(60))

    def soon_after(self, start: datetime, minutes: float) -> datetime:
        """Return the moment `minutes` of working time after `start`, skipping nights, weekends and holidays."""
        left, local = timedelta(minutes=minutes), start.astimezone(ZONE)
        day = local.date()
        while True:
            if self.is_open(day):
                opens = self.at(day, DAY_BEGINS)
                closes = self.at(day, FRIDAY_ENDS if day.weekday() == 4 else DAY_ENDS)
                begin = max(opens, local)
                if begin < closes:
                    if closes - begin >= left:
                        return begin + left
                    left -= closes - begin
            day += timedelta(days=1)

    # The dice

    def chance(self, share: float) -> bool:
        """Return True in `share` of all throws."""
        return self.dice.random() < share

    def pick[T](self, things: Sequence[T]) -> T:
        """Return one of `things`."""
        return self.dice.choice(things)

    def weighted[T](self, things: Mapping[T, float]) -> T:
        """Return one of `things` by its weight."""
        return self.dice.choices(list(things), list(things.values()))[0]

    def minutes(self, least: float, usual: float, most: float) -> float:
        """Return a wait as people have it: mostly short, now and then long."""
        return min(least + self.dice.expovariate(1 / usual), most)

    def phone(self) -> str:
        """Return a number that belongs to nobody: 360-555-0100 to 0199."""
        return f"(360) 555-01{self.dice.randrange(100):02d}"

    # The journal

    def entry(self, verb: str, subject: str, *, by: str, at: datetime, about: str = "", **particulars: Any) -> None:
        """Keep a row for the journal, with its true moment; no reaction is planned, since all this is long past."""
        self._entries.append((ids.uuid7(), verb, subject, about, by, at, particulars))
        if len(self._entries) >= BATCH:
            self.write_journal()

    def write_journal(self) -> None:
        """Write the kept rows."""
        Many(Entry, "id", "verb", "subject", "about", "by", "at", "particulars").write(self._entries)
        self._entries.clear()


def batches(total: int, size: int = BATCH) -> Iterator[range]:
    """Cut `total` into ranges, so that memory stays the same at any scale."""
    for start in range(0, total, size):
        yield range(start, min(start + size, total))

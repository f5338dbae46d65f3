"""Whom a letter of the drill is meant for, told in plain Python: the drill asks no database and no rule of ours."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from config.drilling.splicing import ODD

LONGEST_NAME = 80
# A database holds no nulls and no halves of a letter: what else somebody may be called, somebody is.
NAMES = [name[:LONGEST_NAME] for name in ODD if "\x00" not in name and "\ud800" not in name]
ODD_ADDRESSES = (
    *("o'brien+{}@readers.example", "a.b-c_d={}@sub.readers.example", "{}/x!#$%&*@readers.example"),
    *("jörg{}@readers.example", "{}@bücher.example", '"two words{}"@readers.example', "nobody{}", "{}@"),
)


class Against(StrEnum):
    """Why somebody gets no letters."""

    NEVER_ASKED = "was never asked"
    SAID_NO = "said no"
    MOVED = "moved, and only might object"
    RESTS = "takes a break"
    ONLY_VISITS = "wants news of visits only"
    DECEASED = "died"
    DISMISSED = "was dismissed"


class Change(StrEnum):
    """What may happen to somebody between the click and their letter."""

    SAYS_NO = "says no"
    RESTS = "takes a break"
    DIES = "dies"
    BOUNCES = "has a mailbox that is gone"
    MOVES = "has another address"
    MOVES_IN = "reads at somebody else's address from now on"


@dataclass
class Somebody:
    """One reader of the drill.

    Attributes:
        number: which.
        name: what they are called.
        mailbox: where they read; "" for nowhere.
        adult: who answers for them, by number; None for an adult, and for a child for whom nobody does.
        is_child: whether they are under age.
        is_patient: whether they are cared for here; otherwise they subscribed.
        against: what speaks against writing to them; None where nothing does.
    """

    number: int
    name: str
    mailbox: str
    adult: int | None = None
    is_child: bool = False
    is_patient: bool = False
    against: Against | None = None


@dataclass
class Crowd:
    """Everybody of one letter, and where it was to reach each of them from the click on."""

    seed: int
    letter: int
    people: list[Somebody] = field(default_factory=list)
    shut: set[str] = field(default_factory=set)
    past: list[dict[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed}:{self.letter}:people")  # noqa: S311  a plan, no secret

    @classmethod
    def of(cls, seed: int, letter: int, number: int) -> Crowd:
        """Return so many people in their homes; the same for the same seed."""
        crowd = cls(seed, letter)
        homes = (
            crowd.one,
            crowd.one,
            crowd.one,
            crowd.one,
            crowd.couple,
            crowd.couple,
            crowd.office,
            crowd.family,
            crowd.family,
            crowd.odd_one,
        )
        while len(crowd.people) < number:
            crowd.dice.choice(homes)()
        del crowd.people[number:]
        for somebody in crowd.people:
            if somebody.adult is not None and somebody.adult >= number:
                somebody.adult = None
        return crowd

    def add(self, mailbox: str, **facts: object) -> Somebody:
        """Add somebody."""
        name = self.dice.choice(NAMES) if self.dice.random() < 0.3 else f"Given{len(self.people)}"
        somebody = Somebody(len(self.people), name, mailbox, **facts)  # type: ignore[arg-type]
        self.people.append(somebody)
        return somebody

    def mailbox(self) -> str:
        """Return an address that nobody has yet; some are as odd as addresses come."""
        named = self.dice.choice(ODD_ADDRESSES) if self.dice.random() < 0.1 else "reader{}@readers.example"
        return named.format(f"{len(self.people)}.{self.letter}")

    def one(self) -> None:
        """Add somebody who reads alone."""
        self.add(self.mailbox(), is_patient=self.dice.random() < 0.5)

    def couple(self) -> None:
        """Add two who share a mailbox; often only one of them wants letters."""
        mailbox = self.mailbox()
        self.add(mailbox, is_patient=True)
        self.add(mailbox, is_patient=True, against=self.dice.choice([None, None, *Against]))

    def office(self) -> None:
        """Add a mailbox that many read."""
        mailbox = self.mailbox()
        for _ in range(self.dice.randrange(3, 8)):
            self.add(mailbox, against=Against.SAID_NO if self.dice.random() < 0.1 else None)

    def family(self) -> None:
        """Add adults with children; what concerns a child goes to the adult who answers for it."""
        mailbox = self.mailbox()
        against = self.dice.choice([None, None, None, None, None, *Against])
        adult = self.add(mailbox, is_patient=True, against=against)
        if self.dice.random() < 0.5:
            self.add(mailbox if self.dice.random() < 0.7 else self.mailbox(), is_patient=True)
        for _ in range(self.dice.randrange(1, 4)):
            own = self.dice.choice(["", "", mailbox])
            against = self.dice.choice([None, None, None, None, Against.RESTS, Against.DECEASED, Against.DISMISSED])
            answering = None if self.dice.random() < 0.05 else adult.number
            self.add(own, is_patient=True, is_child=True, adult=answering, against=against)

    def odd_one(self) -> None:
        """Add somebody who gets no letters."""
        mailbox = "" if self.dice.random() < 0.2 else self.mailbox()
        if mailbox and self.dice.random() < 0.2:
            self.shut.add(mailbox)
        self.add(mailbox, is_patient=True, against=self.dice.choice(list(Against)))

    def where(self, somebody: Somebody) -> str:
        """Return the mailbox at which a letter is to reach somebody now; "" where it is not to."""
        whom = somebody
        if somebody.is_child:
            if somebody.adult is None or somebody.against is not None:
                return ""
            whom = self.people[somebody.adult]
        hindrances = {None, Against.MOVED} if somebody.is_child else {None}
        return whom.mailbox if whom.against in hindrances and whom.mailbox not in self.shut else ""

    def look(self) -> None:
        """Keep whom the letter is to reach now, and where."""
        self.past.append({somebody.number: self.where(somebody) for somebody in self.people})

    def change(self, change: Change) -> Somebody | None:
        """Let something happen to somebody whom the letter is to reach; return to whom, None where nobody is left."""
        found = [one for one in self.people if not one.is_child and self.where(one)]
        if change == Change.DIES:
            found = [one for one in found if one.is_patient]
        if not found:
            return None
        whom = self.dice.choice(found)
        if change == Change.BOUNCES:
            self.shut.add(whom.mailbox)
        elif change == Change.MOVES:
            whom.mailbox = f"moved{whom.number}.{len(self.past)}.{self.letter}@readers.example"
        elif change == Change.MOVES_IN:
            whom.mailbox = self.dice.choice(found).mailbox
        else:
            whom.against = {Change.SAYS_NO: Against.SAID_NO, Change.RESTS: Against.RESTS}.get(change, Against.DECEASED)
        return whom

    def changes(self, number: int) -> list[tuple[int, Change]]:
        """Return what happens to so many of them: half of it before the letter is started, half while it leaves.

        Returns:
            After how many letters, and what; in this order.
        """
        half, letters = number // 2, len(self.meant())
        moments = [0] * half + sorted(self.dice.randrange(1, letters + 2) for _ in range(number - half))
        return [(moment, self.dice.choice(list(Change))) for moment in moments]

    def meant(self) -> dict[str, set[int]]:
        """Return whom the letter was to reach all the time, by mailbox."""
        homes: dict[str, set[int]] = defaultdict(set)
        for number, mailbox in self.past[0].items():
            if mailbox and all(then[number] == mailbox for then in self.past):
                homes[mailbox].add(number)
        return homes

    def may_have_reached(self, number: int, *, since: int) -> set[str]:
        """Return the mailboxes at which a letter was to reach somebody at some time.

        Args:
            since: from which look on.
        """
        return {then[number] for then in self.past[since:]} - {""}

"""What can go wrong while letters leave, and a plan of it from one seed, so that a bad day can be had again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from delivery.points import Point


class Where(StrEnum):
    """Whom something happens to."""

    SERVER = "server"
    WORKER = "worker"
    NODE = "node"
    DATABASE = "database"
    PERSON = "person"


HANG_UP, SILENCE, SLOW = "", "…", "slow"
TAKES, TAKES_NOT = True, False


@dataclass(frozen=True)
class Answer:
    """What the mail server does once instead of answering well.

    Attributes:
        step: connect, mail, rcpt, data, body or end.
        says: a line, or HANG_UP, SILENCE (until the client's patience ends) or SLOW (then the good answer).
        takes: at the end, whether the message is kept all the same.
        leaves: whether it answers well and hangs up at once.
    """

    step: str
    says: str
    takes: bool = False
    leaves: bool = False

    @property
    def name(self) -> str:
        """Return it in words."""
        said = {HANG_UP: "hangs up", SILENCE: "says nothing", SLOW: "is slow"}.get(self.says, f"says {self.says}")
        kept = ", having taken it" if self.takes else ""
        return f"at {self.step} the server {'answers and leaves' if self.leaves else said}{kept}"

    @property
    def leaves_doubt(self) -> bool:
        """Whether nobody can know afterwards if the message arrived."""
        return self.step == "body" or (self.step == "end" and self.says in {HANG_UP, SILENCE, "garbage"})


ANSWERS = (
    *(Answer("connect", says) for says in (HANG_UP, "421 Busy", "554 Go away", "garbage", SILENCE, "refused")),
    *(Answer("mail", says) for says in (HANG_UP, "451 Later", "421 Bye", "garbage", SILENCE, SLOW)),
    *(Answer("rcpt", says) for says in (HANG_UP, "450 Busy", "550 No such person", "421 Bye", "garbage", SILENCE)),
    *(Answer("data", says) for says in (HANG_UP, "451 Later", "554 No", "421 Bye", "garbage", SILENCE, SLOW)),
    *(Answer("body", says) for says in (HANG_UP,)),
    *(Answer("end", says) for says in ("452 Full", "554 Spam", "421 Bye", HANG_UP, SILENCE, SLOW)),
    *(Answer("end", says, takes=True) for says in (HANG_UP, SILENCE, "garbage")),
    Answer("end", "250 Taken", takes=True, leaves=True),
)

ELSEWHERE: tuple[tuple[Where, str], ...] = (
    *((Where.WORKER, f"killed {point}") for point in Point),
    (Where.WORKER, "killed at any moment"),
    (Where.WORKER, "killed at any moment"),
    (Where.WORKER, "asked to stop"),
    (Where.WORKER, "held still while its lease runs out"),
    (Where.WORKER, "finds the disk full"),
    (Where.WORKER, "has a clock that is ahead"),
    (Where.WORKER, "has a clock that is behind"),
    (Where.NODE, "lost, and comes back"),
    (Where.NODE, "lost for good"),
    (Where.NODE, "loses power"),
    (Where.DATABASE, "hangs up on everybody"),
    (Where.DATABASE, "is away for a moment"),
    (Where.PERSON, "pauses and resumes"),
    (Where.PERSON, "has a code sent to sign in with"),
)


@dataclass(frozen=True)
class Wrong:
    """One thing that goes wrong.

    Attributes:
        where: whom it happens to.
        what: in words; a kill names its point.
        after: how many of the campaign's letters have come in before it.
        dice: a number for whatever else is chosen.
        answer: the server's, where it is the server.
    """

    where: Where
    what: str
    after: int
    dice: int
    answer: Answer | None = None

    @property
    def point(self) -> Point | None:
        """Return the point at which a worker is killed; None where it is not."""
        named = self.what.removeprefix("killed ")
        return Point(named) if named in set(Point) else None


def planned(seed: int, campaign: int, number: int, recipients: int) -> list[Wrong]:
    """Return what goes wrong during one campaign, in the order in which it does; the same for the same seed."""
    dice = random.Random(f"{seed}:{campaign}")  # noqa: S311  chance that can be had again, not a secret
    found = []
    for _ in range(number):
        after, own = dice.randrange(max(1, recipients * 9 // 10)), dice.randrange(2**31)
        if dice.random() < 0.5:
            answer = dice.choice(ANSWERS)
            found.append(Wrong(Where.SERVER, answer.name, after, own, answer))
        else:
            where, what = dice.choice(ELSEWHERE)
            found.append(Wrong(where, what, after, own))
    return sorted(found, key=lambda wrong: wrong.after)

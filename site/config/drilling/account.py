"""Compares three records: whom a letter was meant for, the ledger, and what the mail server wrote down itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from config.drilling.crowd import Crowd
from delivery.models import Dispatch, Lease, Message
from delivery.states import MessageState
from patients.addresses import normal_address
from patients.models import Channel

OVER = {MessageState.ACCEPTED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.SKIPPED}


@dataclass(frozen=True)
class Taken:
    """One letter that the mail server took: its name, and to whom the envelope was addressed."""

    name: str
    recipient: str


@dataclass
class Sent:
    """One letter of the drill.

    Attributes:
        dispatch: its primary key.
        crowd: whom it was meant for.
        numbers: each one's number by their primary key.
        started: which look at the crowd was the last before it was started.
    """

    dispatch: int
    crowd: Crowd
    numbers: dict[int, int]
    started: int = 0


@dataclass
class Account:
    """What a drill found.

    Attributes:
        recipients: how many people were to be written to, whatever happened to them.
        letters: how many letters there are.
        lost: those that are told as accepted and never came, or have no end; people who were meant and are named in
            no letter, or in one that was left out.
        doubled: letters that came more than once; people to whom two came.
        mistold: letters that came although the ledger says that they did not, or to another mailbox; people who were
            not meant and are named in one that came.
        unknown: how many the ledger does not know of.
        bound: how many it may not know of.
        ends: how many there are of each end.
        left: what should be gone and is not: leases, dispatches without an end.
    """

    recipients: int = 0
    letters: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    mistold: list[str] = field(default_factory=list)
    unknown: int = 0
    bound: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nobody was lost, nobody got it twice, and no more are unknown than may be."""
        return not (self.lost or self.doubled or self.mistold or self.left) and self.unknown <= self.bound

    def as_line(self) -> dict[str, object]:
        """Return its figures."""
        return {
            "good": self.is_good,
            "recipients": self.recipients,
            "letters": self.letters,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "mistold": len(self.mistold),
            "unknown": self.unknown,
            "bound": self.bound,
            "ends": dict(sorted(self.ends.items())),
            "left": self.left,
        }

    @property
    def wrongs(self) -> list[str]:
        """Return everything that is wrong, each in a line."""
        named = (("lost", self.lost), ("doubled", self.doubled), ("mistold", self.mistold), ("left", self.left))
        return [f"{name}: {what}" for name, found in named for what in found]


def compared(taken: Iterable[Taken], letters: Iterable[Sent], singles: int, bound: int) -> Account:
    """Return what became of every letter.

    Args:
        taken: what the server wrote down, each as often as it came.
        letters: what was sent to many.
        singles: how many messages there are beside them.
        bound: how many may be unknown.
    """
    taken, letters = list(taken), list(letters)
    came = Counter(one.name for one in taken)
    rows = list(Message.objects.order_by("pk"))
    found = Account(letters=len(rows), bound=bound, ends=Counter(row.state for row in rows))
    found.unknown = found.ends[MessageState.UNKNOWN]
    _compare_to_server(found, rows, taken, came)
    alone = [row for row in rows if row.dispatch_id is None]
    found.lost += [f"a code without a row ({n})" for n in range(len(alone), singles)]
    found.lost += [f"the code {row.occasion} was left out" for row in alone if row.state == MessageState.SKIPPED]
    of = defaultdict(list)
    for row in rows:
        of[row.dispatch_id].append(row)
    for letter in letters:
        found.recipients += sum(map(bool, letter.crowd.past[0].values()))
        _compare_to_crowd(found, letter, of[letter.dispatch], came)
    found.left = [f"{dispatch} is {dispatch.state}" for dispatch in Dispatch.objects.exclude(state="finished")]
    kept = Message.objects.filter(lease__isnull=False).values("lease")
    found.left += [f"the lease of {lease.worker}" for lease in Lease.objects.exclude(pk__in=kept)]
    return found


def _compare_to_server(found: Account, rows: list[Message], taken: list[Taken], came: Counter[str]) -> None:
    addresses = {row.message_id: row.address for row in rows}
    for row in rows:
        is_over = row.state in OVER
        if not is_over or (row.state == MessageState.ACCEPTED and not came[row.message_id]):
            found.lost.append(f"{row.message_id} is {row.state}")
        if came[row.message_id] and is_over and row.state not in {MessageState.ACCEPTED, MessageState.UNKNOWN}:
            found.mistold.append(f"{row.message_id} came and is {row.state} ({row.reason})")
    found.doubled += [f"{name} came {times} times" for name, times in came.items() if times > 1]
    for one in taken:
        address = addresses.get(one.name)
        if address is None:
            found.mistold.append(f"{one.name} came and has no row")
        elif address.isascii() and one.recipient != address:  # the domain of any other is written in ASCII on its way
            found.mistold.append(f"{one.name} of {address} came to {one.recipient}")


def _compare_to_crowd(found: Account, letter: Sent, rows: list[Message], came: Counter[str]) -> None:
    meant, crowd = letter.crowd.meant(), letter.crowd
    named: dict[int, list[Message]] = defaultdict(list)
    for row in rows:
        for pk in (row.reader_id, *row.also):
            named[letter.numbers[pk or 0]].append(row)
    for mailbox, people in meant.items():
        address = normal_address(Channel.EMAIL, mailbox)
        for number in people:
            ways = [row for row in named[number] if row.address == address and row.state != MessageState.SKIPPED]
            if len(ways) != 1:
                stands = ", ".join(f"{row.state} {row.reason}".strip() for row in named[number]) or "none"
                found.lost.append(f"{number} at {mailbox} was meant; letters: {stands}")
    for number, mine in named.items():
        got = [row for row in mine if came[row.message_id]]
        may = {normal_address(Channel.EMAIL, one) for one in crowd.may_have_reached(number, since=letter.started)}
        found.mistold += [
            f"{number} was not meant at {row.address}, and it came" for row in got if row.address not in may
        ]
        if len(got) > 1:
            found.doubled.append(f"{number} got it at {', '.join(row.address for row in got)}")

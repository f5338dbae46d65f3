"""Compares the mail server's own record with the ledger: who was lost, who got it twice, of whom nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from delivery.models import Dispatch, Lease, Message
from delivery.states import MessageState


@dataclass
class Account:
    """What a drill found.

    Attributes:
        recipients: how many letters there were to be.
        lost: names of those that are told as accepted and never came, or have no end at all.
        doubled: names of those that came more than once.
        mistold: names of those that came although the ledger says that they did not.
        unknown: how many the ledger does not know of.
        bound: how many it may not know of.
        ends: how many there are of each end.
        left: what should be gone and is not: leases, dispatches without an end.
    """

    recipients: int = 0
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
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "mistold": len(self.mistold),
            "unknown": self.unknown,
            "bound": self.bound,
            "ends": dict(sorted(self.ends.items())),
            "left": self.left,
        }


def compared(received: Iterable[str], expected: int, bound: int) -> Account:
    """Return what became of every letter.

    Args:
        received: the names that the server wrote down, each as often as it came.
        expected: how many rows the ledger must have.
        bound: how many may be unknown.
    """
    came = Counter(received)
    rows = dict(Message.objects.values_list("message_id", "state"))
    found = Account(recipients=expected, bound=bound, ends=Counter(rows.values()))
    found.unknown = found.ends[MessageState.UNKNOWN]
    found.lost = [f"a letter without a row ({n})" for n in range(len(rows), expected)]
    for name, state in rows.items():
        is_over = state in {MessageState.ACCEPTED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.SKIPPED}
        if not is_over or (state == MessageState.ACCEPTED and not came[name]):
            found.lost.append(name)
        if came[name] and is_over and state not in {MessageState.ACCEPTED, MessageState.UNKNOWN}:
            found.mistold.append(name)
    found.doubled = [name for name, times in came.items() if times > 1 or name not in rows]
    found.left = [f"{dispatch} is {dispatch.state}" for dispatch in Dispatch.objects.exclude(state="finished")]
    kept = Message.objects.filter(lease__isnull=False).values("lease")
    found.left += [f"the lease of {lease.worker}" for lease in Lease.objects.exclude(pk__in=kept)]
    return found

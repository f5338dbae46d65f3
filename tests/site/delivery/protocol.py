"""The claim protocol as a small model, and a search through every order in which its steps can happen.

Two machines: two workers on the first, one on the second. Each step is atomic in the code too (a transaction, a
write, a packet), and is named with the function that takes it. Clocks are the enemy's: every lease may be taken for
late at any moment.

What is not looked at twice, so that it ends within seconds: worlds that differ only by which of the two workers of one
machine does what, or by the names of leases; and orders of steps that change nothing for each other. While a worker
gives a message, nobody else sees a difference until it settles, is killed, or its machine is lost: these are tried at
once at each of its steps, and since whatever others do before a death they can as well do after it, no end is missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

QUEUED, CLAIMED, ACCEPTED, UNKNOWN = "queued", "claimed", "accepted", "unknown"
RESTS, BEGINS, INTENDED, DOTTED, ANSWERED, NOTED = "rests", "begins", "intended", "dotted", "answered", "noted"
NODES = (0, 0, 1)
RECIPIENTS = 3


class Row(NamedTuple):
    """A line of the ledger; `came` is how often the receiving server took it."""

    state: str = QUEUED
    lease: int = 0
    came: int = 0


class Worker(NamedTuple):
    """What a process believes: its lease and fence, the rows still to do, and what it has not settled yet."""

    at: str = RESTS
    lease: int = 0
    fence: int = 0
    todo: tuple[int, ...] = ()
    pending: tuple[tuple[int, str], ...] = ()


class Lease(NamedTuple):
    """What the database knows of a lease."""

    fence: int = 1
    is_taken: bool = False


class File(NamedTuple):
    """What a machine's disk knows of a lease: the rows that were about to leave, and what was answered."""

    node: int
    intents: frozenset[int] = frozenset()
    answers: frozenset[tuple[int, str]] = frozenset()


class World(NamedTuple):
    """The database, the disks, the processes, the accidents to come, and how many may be unknown by now."""

    rows: tuple[Row, ...]
    workers: tuple[Worker, ...]
    leases: tuple[tuple[int, Lease], ...] = ()
    files: tuple[tuple[int, File], ...] = ()
    lost: tuple[int, ...] = (0, 0)
    is_up: tuple[bool, ...] = (True, True)
    crashes: int = 0
    drops: int = 0
    doubt: int = 0


def put[T](items: tuple[T, ...], at: int, item: T) -> tuple[T, ...]:
    """Return the items with one replaced."""
    return (*items[:at], item, *items[at + 1 :])


def named[T](items: tuple[tuple[int, T], ...], name: int, item: T | None) -> tuple[tuple[int, T], ...]:
    """Return the named items with one replaced, or left out."""
    others = [one for one in items if one[0] != name]
    return tuple(sorted([*others, (name, item)] if item is not None else others, key=lambda one: one[0]))


@dataclass
class Found:
    """What a search saw.

    Attributes:
        states: how many different worlds.
        wrong: what went wrong first, "" where nothing did.
    """

    states: int = 0
    wrong: str = ""


@dataclass
class Protocol:
    """The rules, and those of them that are broken on purpose.

    Attributes:
        window: how many rows may be begun and not settled: the code's checkpoint of 100.
        batch: how many are claimed at a time.
        crashes: how often a process is killed, or a machine lost with all of its.
        drops: how often a line breaks between the last byte and the answer.
        broken: names of the rules that this run does without.
    """

    window: int = 1
    batch: int = 2
    crashes: int = 2
    drops: int = 0
    broken: frozenset[str] = field(default_factory=frozenset)

    def search(self) -> Found:
        """Look at every world that can be reached, until one is wrong."""
        first = World((Row(),) * RECIPIENTS, (Worker(),) * len(NODES), crashes=self.crashes, drops=self.drops)
        seen: dict[World, int] = {first: 0}
        before: list[list[int]] = [[]]
        goals: list[int] = []
        open_worlds = deque([first])
        while open_worlds:
            world = open_worlds.popleft()
            number = seen[world]
            if wrong := self.told(world):
                return Found(len(seen), wrong)
            if all(row.state in {ACCEPTED, UNKNOWN} for row in world.rows):
                goals.append(number)
            is_still = True
            for is_accident, step in self.steps(world):
                is_still, then = is_still and is_accident, plain(step)
                if then not in seen:
                    seen[then] = len(before)
                    before.append([])
                    open_worlds.append(then)
                before[seen[then]].append(number)
            if is_still and (wrong := self.told_at_rest(world)):
                return Found(len(seen), wrong)
        return Found(len(seen), "" if reaches_all(goals, before) else "lost: some letter can never end")

    def told(self, world: World) -> str:
        """Return what must never be, and is."""
        for row in world.rows:
            if row.came > 1:
                return "doubled"
            if row.state == ACCEPTED and not row.came:
                return "lost: accepted, and it never came"
        return ""

    def told_at_rest(self, world: World) -> str:
        """Return what must not be when nothing happens any more, and is."""
        if any(row.state in {QUEUED, CLAIMED} for row in world.rows):
            return "lost: nobody takes it"
        unknown = sum(row.state == UNKNOWN for row in world.rows)
        bound = world.doubt + sum(
            self.window * lost for lost, up in zip(world.lost, world.is_up, strict=True) if not up
        )
        return f"unknown: {unknown} of at most {bound}" if unknown > bound else ""

    def steps(self, world: World) -> Iterator[tuple[bool, World]]:
        """Yield every next world, and whether it is an accident that brings it."""
        giving = [at for at, worker in enumerate(world.workers) if worker.at in {INTENDED, ANSWERED}]
        for at, worker in list(enumerate(world.workers)) if not giving else [(giving[0], world.workers[giving[0]])]:
            if world.is_up[NODES[at]]:
                for then in self.work(world, at, worker):
                    yield False, then
                if world.crashes and worker.at != RESTS:
                    yield True, self.crash(world, at)
        if giving:
            yield from ((True, then) for then in self.misfortune(world, NODES[giving[0]]))
            return
        for node in {node for node, up in enumerate(world.is_up) if up}:
            if "sweeper" not in self.broken:
                for then in (*self.replay(world, node), *self.take_over(world, node)):
                    yield False, then
        yield from ((True, then) for then in self.misfortune(world, *range(len(world.is_up))))

    def work(self, world: World, at: int, worker: Worker) -> Iterator[World]:
        """A worker's own steps: sending._Shift and what it calls, in their order."""
        if worker.at == RESTS:
            yield from self.claim(world, at)
        elif worker.at == BEGINS:
            yield from self.begin(world, at, worker)
        elif worker.at == INTENDED:
            yield from self.dot(world, at, worker)
        elif worker.at == ANSWERED:
            yield self.note(world, at, worker)

    def claim(self, world: World, at: int) -> Iterator[World]:
        """spool.Spool, then ledger.claim: the file stands, locked, before the lease is committed."""
        due = [
            n for n, row in enumerate(world.rows) if row.state == QUEUED or ("guard" in self.broken and not row.came)
        ]
        taken = tuple(due[: self.batch])
        if not taken:
            return
        names = {name for name, _ in (*world.leases, *world.files)} | {worker.lease for worker in world.workers}
        name = min(set(range(1, 9)) - names)
        rows = world.rows
        for n in taken:
            rows = put(rows, n, rows[n]._replace(state=CLAIMED, lease=name))
        yield world._replace(
            rows=rows,
            leases=named(world.leases, name, Lease()),
            files=named(world.files, name, File(NODES[at])),
            workers=put(world.workers, at, Worker(BEGINS, name, 1, taken)),
        )

    def begin(self, world: World, at: int, worker: Worker) -> Iterator[World]:
        """spool.Spool.intend for the next row; ledger.settle where the window is full or all is done."""
        most = self.window + ("late settling" in self.broken)
        if worker.todo and len(worker.pending) < most:
            if "intent" in self.broken:
                yield world._replace(workers=put(world.workers, at, worker._replace(at=INTENDED)))
            else:
                yield self.intended(world, at, worker)
        if worker.pending and (not worker.todo or len(worker.pending) >= most):
            yield self.settle(world, at, worker)
        if not worker.pending:  # all is done, or the letter was paused, or the worker was asked to stop
            yield self.give_back(world, at, worker)

    @staticmethod
    def intended(world: World, at: int, worker: Worker) -> World:
        """spool.Spool.intend: in the file before the final dot leaves."""
        file = dict(world.files).get(worker.lease) or File(NODES[at])
        intents = file._replace(intents=file.intents | {worker.todo[0]})
        return world._replace(
            files=named(world.files, worker.lease, intents),
            workers=put(world.workers, at, worker._replace(at=INTENDED)),
        )

    def dot(self, world: World, at: int, worker: Worker) -> Iterator[World]:
        """channels.smtp: the last byte leaves; the server takes it and answers, or the line breaks at either side."""
        number = worker.todo[0]
        row = world.rows[number]
        taken = put(world.rows, number, row._replace(came=row.came + 1))
        rest, pending = worker.todo[1:], worker.pending
        answered = worker._replace(at=ANSWERED, todo=rest, pending=(*pending, (number, ACCEPTED)))
        yield world._replace(rows=taken, workers=put(world.workers, at, answered))
        if world.drops:
            broken = answered._replace(pending=(*pending, (number, UNKNOWN)))
            dropped = world._replace(
                drops=world.drops - 1, doubt=world.doubt + 1, workers=put(world.workers, at, broken)
            )
            yield dropped
            yield dropped._replace(rows=taken)

    @staticmethod
    def note(world: World, at: int, worker: Worker) -> World:
        """spool.Spool.answer."""
        file = dict(world.files).get(worker.lease) or File(NODES[at])
        number, answer = worker.pending[-1]
        noted = file._replace(intents=file.intents | {number}, answers=file.answers | {(number, answer)})
        return world._replace(
            files=named(world.files, worker.lease, noted),
            workers=put(world.workers, at, worker._replace(at=BEGINS)),
        )

    def settle(self, world: World, at: int, worker: Worker) -> World:
        """ledger.settle: fenced, in one transaction; whoever lost the lease stops and leaves the file."""
        lease = dict(world.leases).get(worker.lease)
        if "fence" not in self.broken and (lease is None or lease.fence != worker.fence):
            return world._replace(workers=put(world.workers, at, Worker()))
        rows = world.rows
        for number, answer in worker.pending:
            row = rows[number]
            if "fence" in self.broken or (row.lease == worker.lease and row.state == CLAIMED):
                rows = put(rows, number, row._replace(state=answer, lease=worker.lease if answer == UNKNOWN else 0))
        return world._replace(rows=rows, workers=put(world.workers, at, worker._replace(pending=())))

    def give_back(self, world: World, at: int, worker: Worker) -> World:
        """ledger.give_back, then spool.Spool.remove; not where the lease was taken: then the file is still needed."""
        rested = world._replace(workers=put(world.workers, at, Worker()))
        lease = dict(world.leases).get(worker.lease)
        if lease is None or lease.fence != worker.fence:
            if "keep the file" in self.broken:
                return rested._replace(files=named(world.files, worker.lease, None))
            return rested
        rows = world.rows
        for number, row in enumerate(rows):
            if row.lease == worker.lease:
                rows = put(rows, number, row._replace(lease=0, state=QUEUED if row.state == CLAIMED else row.state))
        return rested._replace(
            rows=rows,
            leases=named(world.leases, worker.lease, None),
            files=named(world.files, worker.lease, None),
        )

    def replay(self, world: World, node: int) -> Iterator[World]:
        """recovery._replay: a file of this machine that no living worker holds."""
        held = {worker.lease for at, worker in enumerate(world.workers) if worker.at != RESTS and NODES[at] == node}
        for name, file in world.files:
            if file.node != node or (name in held and "lock" not in self.broken):
                continue
            rows, answers = world.rows, dict(file.answers)
            for number, row in enumerate(rows):
                if row.lease == name and row.state in {CLAIMED, UNKNOWN}:
                    state = answers.get(number, UNKNOWN if number in file.intents else QUEUED)
                    rows = put(rows, number, row._replace(state=state, lease=0))
            yield world._replace(
                rows=rows, leases=named(world.leases, name, None), files=named(world.files, name, None)
            )

    def take_over(self, world: World, node: int) -> Iterator[World]:
        """recovery._take_over: a late lease whose file is elsewhere; the window's rows are unknown, the rest waits."""
        here = {name for name, file in world.files if file.node == node}
        for name, lease in world.leases:
            if lease.is_taken or name in here:
                continue
            rows = world.rows
            held = [number for number, row in enumerate(rows) if row.lease == name and row.state == CLAIMED]
            for place, number in enumerate(held):
                is_begun = place < self.window and "window" not in self.broken
                keeps = name if is_begun and "unknown keeps its lease" not in self.broken else 0
                rows = put(rows, number, rows[number]._replace(state=UNKNOWN if is_begun else QUEUED, lease=keeps))
            is_needed = any(row.lease == name for row in rows)
            taken = Lease(lease.fence + 1, is_taken=True) if is_needed else None
            yield world._replace(rows=rows, leases=named(world.leases, name, taken))

    def crash(self, world: World, at: int) -> World:
        """kill -9: another process follows at once; what stood in the file stands there still."""
        return world._replace(
            crashes=world.crashes - 1,
            doubt=world.doubt + 1,
            workers=put(world.workers, at, Worker()),
        )

    @staticmethod
    def misfortune(world: World, *nodes: int) -> Iterator[World]:
        """A machine is lost with all its workers, and comes back."""
        for node in nodes:
            if not world.is_up[node]:
                yield world._replace(is_up=put(world.is_up, node, True), lost=put(world.lost, node, 0))
            elif world.crashes and all(world.is_up):
                mine = [at for at, own in enumerate(NODES) if own == node and world.workers[at].at != RESTS]
                workers = world.workers
                for at in mine:
                    workers = put(workers, at, Worker())
                if files := sum(file.node == node for _, file in world.files):
                    yield world._replace(
                        crashes=world.crashes - 1,
                        doubt=world.doubt + len(mine),
                        lost=put(world.lost, node, files),
                        is_up=put(world.is_up, node, False),
                        workers=workers,
                    )


def plain(world: World) -> World:
    """Return one world for all that differ only by names: leases by where they are met first, alike workers in order.

    A file whose lease is gone says nothing to anybody.
    """
    names: dict[int, int] = {0: 0}
    standing = dict(world.leases)
    files = [(name, file) for name, file in world.files if name in standing]
    workers = world.workers
    if workers[1] < workers[0]:
        workers = (workers[1], workers[0], workers[2])
    for name in (*(row.lease for row in world.rows), *(worker.lease for worker in workers), *dict(files)):
        names.setdefault(name, len(names))
    return world._replace(
        rows=tuple(row._replace(lease=names[row.lease]) for row in world.rows),
        workers=tuple(worker._replace(lease=names[worker.lease]) for worker in workers),
        leases=tuple(sorted((names.setdefault(name, len(names)), lease) for name, lease in world.leases)),
        files=tuple(sorted(((names[name], file) for name, file in files), key=lambda one: one[0])),
    )


def reaches_all(goals: list[int], before: list[list[int]]) -> bool:
    """Return whether some goal can be reached from everywhere."""
    reached = set(goals)
    todo = list(goals)
    while todo:
        for number in before[todo.pop()]:
            if number not in reached:
                reached.add(number)
                todo.append(number)
    return len(reached) == len(before)

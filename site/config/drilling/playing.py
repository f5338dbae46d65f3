"""Plays a drill: campaigns one after another, wrongs at their times, and the account at the end."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from psycopg import sql

from config.drilling import people
from config.drilling.account import Account, Sent, compared
from config.drilling.clock import Clock
from config.drilling.crowd import Change, Crowd
from config.drilling.server import Server
from config.drilling.worker import Node, Worker
from config.drilling.wrongs import Where, Wrong, planned
from config.running.preparing import make_folders
from delivery import actions, audiences, freezing, ledger
from delivery.models import Dispatch, Lease, Message
from delivery.states import MessageState
from patients.models import Purpose

Say = Callable[[str], None]
TICK = 0.02
STILL_FOR = 0.3  # seconds without news: then time is let pass
STUCK_AFTER = 40.0
A_WHILE = (ledger.LEASE + ledger.GRACE).total_seconds() + 5
A_MINUTE, AN_HOUR = 61.0, 3_600.0
PIECES = 4  # in which an audience is frozen
AWAY = (OperationalError, InterfaceError)
DISK = 4_000  # bytes that a full disk still takes
CHANGING = 12  # one of so many is not to be written to as it was at the click


class Stuck(Exception):
    """A letter does not come to its end."""


@dataclass(frozen=True)
class Drill:
    """How much is played.

    Attributes:
        campaigns: how many letters are sent.
        faults: how many things go wrong, in all.
        seed: what they are and when.
        workers: how many send at a time.
        nodes: on how many machines.
        recipients: people of each letter; not all of them are to get it.
    """

    campaigns: int
    faults: int
    seed: int
    workers: int = 2
    nodes: int = 2
    recipients: int = 300


class Play:
    """One drill under way."""

    def __init__(self, drill: Drill, folder: Path, say: Say) -> None:
        self.drill, self.folder, self.say = drill, folder, say
        self.clock = Clock()
        self.server = Server(folder / "taken")
        self.nodes = [Node(folder / f"node{n}") for n in range(drill.nodes)]
        self.workers = [Worker(self.nodes[n % drill.nodes], self.server.url, self.clock) for n in range(drill.workers)]
        self.happened: Counter[str] = Counter()
        self.changed_people: Counter[str] = Counter()
        self.sent: list[Sent] = []
        self.codes = self.in_doubt = 0
        self.later: list[tuple[float, Callable[[], object]]] = []

    def run(self) -> Account:
        """Play everything; return the account.

        Raises:
            people.PeopleThere: when the database is not an empty one.
            Stuck: when a letter does not come to its end.
        """
        people.settle_in()
        make_folders()
        for node in self.nodes:
            node.folder.mkdir(parents=True)
        audiences.answer(people.KIND, people.asked)
        freezing.FIRST = freezing.SLICE = max(1, self.drill.recipients // PIECES)  # workers are forked off with it
        connections.close_all()
        self.server.start()
        self.clock.rule()
        try:
            for number in range(self.drill.campaigns):
                self.campaign(number)
                account = self.surely(self.account)
                self.say("\n".join([f"letter {number + 1}: {account.as_line()}", *account.wrongs[:20]]))
                if not account.is_good:
                    break
            self.stop()
        finally:
            for worker in self.workers:
                worker.end()
            self.server.stop()
        return self.account()

    def account(self) -> Account:
        """Return what is known now.

        Unknown may be: where the server broke off after the last byte, the one of each connection that was killed, and
        what a machine that is gone for good had begun and not settled.
        """
        doubts = sum(times for answer, times in self.server.went_wrong().items() if answer.leaves_doubt)
        bound = doubts + self.server.cut.value + self.in_doubt
        return compared(self.server.received(), self.sent, self.codes, bound)

    def campaign(self, number: int) -> None:
        """Send one letter, with its share of wrongs."""
        share = (
            self.drill.faults * (number + 1) // self.drill.campaigns
            - self.drill.faults * number // self.drill.campaigns
        )
        crowd = Crowd.of(self.drill.seed, number, self.drill.recipients)
        numbers = people.write(crowd)
        crowd.look()
        wrongs = planned(self.drill.seed, number, share, len(crowd.meant()))
        changes = crowd.changes(self.drill.recipients // CHANGING)
        dispatch = actions.open_dispatch(
            occasion=f"{people.KIND}:{number}",
            purpose=Purpose.OWN_SERVICES,
            readers=people.audience(number),
            letter=people.LETTER,
            by=None,
            question={"campaign": number},
        )
        while changes and not changes[0][0]:
            self.change(crowd, changes.pop(0)[1])
        self.sent.append(Sent(dispatch.pk, crowd, numbers, started=len(crowd.past) - 1))
        actions.start(dispatch=dispatch, by=None)
        begun = self.server.taken.value
        news, since = (0, 0), time.monotonic()
        while True:
            time.sleep(TICK)
            self.look_after_workers()
            taken = self.server.taken.value
            while wrongs and (wrongs[0].after <= taken - begun or self.is_over()):
                self.go_wrong(wrongs.pop(0), dispatch)
            while changes and (changes[0][0] <= taken - begun or self.is_over()):
                self.change(crowd, changes.pop(0)[1])
            for moment, what in [entry for entry in self.later if entry[0] <= time.monotonic()]:
                self.later.remove((moment, what))
                what()
            if not wrongs and not self.later and self.is_over():
                break
            if (now := (taken, self.open_rows())) != news:
                news, since = now, time.monotonic()
            elif time.monotonic() - since > STUCK_AFTER:
                raise Stuck(f"letter {number + 1} stands still: {self.stand_still(dispatch)}")
            elif time.monotonic() - since > STILL_FOR:
                self.clock.jump(A_MINUTE if time.monotonic() - since < STILL_FOR * 6 else AN_HOUR)
        self.server.forget()

    def look_after_workers(self) -> None:
        """Let another one follow whoever died, where the machine still stands."""
        for worker in self.workers:
            if worker.is_alive or worker.node.is_lost:
                continue
            worker.start()

    def change(self, crowd: Crowd, change: Change) -> None:
        """Let something happen to one of those who are written to."""
        if (whom := crowd.change(change)) is not None:
            self.surely(lambda: people.happens(change, crowd, whom))
            crowd.look()
            self.changed_people[change] += 1

    def stand_still(self, dispatch: Dispatch) -> str:
        """Return how a letter stands that does not come to its end, for whoever looks for the reason."""
        dispatch.refresh_from_db()
        told = {"state": dispatch.state, "trouble": dispatch.trouble, "files": self.to_read(), **dispatch.counts()}
        return ", ".join(f"{name} {value}" for name, value in told.items())

    def open_rows(self) -> int:
        """Return how many letters have no end yet."""
        return self.asked(Message.objects.unfinished().count)

    def is_over(self) -> bool:
        """Return whether every letter has its end, every dispatch too, and every file that can be read was read."""
        questions = (  # files first: reading one may open rows again
            self.to_read,
            self.open_rows,
            lambda: self.asked(Dispatch.objects.exclude(state="finished").count),
        )
        return not any(question() for question in questions)

    def to_read(self) -> int:
        """Return how many leases have a file on a machine that stands."""
        files = {path.stem for node in self.nodes if not node.is_lost for path in node.spool.glob("*.spool")}
        return self.asked(lambda: Lease.objects.filter(pk__in=files).count()) if files else 0

    @staticmethod
    def asked(question: Callable[[], int]) -> int:
        """Return the database's answer; where it is away just now, there is something open."""
        try:
            return question()
        except AWAY:
            connections.close_all()
            return 1

    @staticmethod
    def surely[Found](what: Callable[[], Found]) -> Found:
        """Do what must be done, as soon as the database is there, and nobody else holds it."""
        until = time.monotonic() + STUCK_AFTER
        while True:
            try:
                return what()
            except AWAY:
                if time.monotonic() > until:
                    raise
                connections.close_all()
                time.sleep(TICK)

    def go_wrong(self, wrong: Wrong, dispatch: Dispatch) -> None:
        """Let one thing go wrong."""
        self.happened[f"{wrong.where}: {wrong.what}"] += 1
        if wrong.answer is not None:
            self.server.go_wrong(wrong.answer)
            return
        dice = random.Random(wrong.dice)  # noqa: S311  chance that can be had again, not a secret
        {
            Where.WORKER: lambda: self.worker_wrong(wrong, dice),
            Where.NODE: lambda: self.node_wrong(wrong, dice),
            Where.DATABASE: lambda: self.database_wrong(wrong),
            Where.PERSON: lambda: self.person_does(wrong, dispatch),
        }[wrong.where]()

    def in_a_while(self, seconds: float, what: Callable[[], object]) -> None:
        """Do something later."""
        self.later.append((time.monotonic() + seconds, what))

    def worker_wrong(self, wrong: Wrong, dice: random.Random) -> None:
        """Let something happen to one worker."""
        worker = dice.choice(self.workers)
        if wrong.point is not None:
            worker.die_at(wrong.point, dice.randrange(1, 40) if wrong.point.is_of_each_message else 1)
        elif wrong.what == "killed at any moment":
            self.in_a_while(dice.random() * 0.3, lambda: worker.signal(signal.SIGKILL))
        elif wrong.what == "asked to stop":
            worker.signal(signal.SIGTERM)
        elif wrong.what == "held still while its lease runs out":
            worker.signal(signal.SIGSTOP)
            self.clock.jump(A_WHILE)
            self.in_a_while(0.8, lambda: worker.signal(signal.SIGCONT))
        else:
            self.changed(worker, wrong.what, dice)

    def changed(self, worker: Worker, what: str, dice: random.Random) -> None:
        """Let the worker be followed by one whose clock or disk is not as it should be, and that one by a sound one."""
        minutes = dice.choice([2, 10, 90, 1500])
        worker.skew = {"has a clock that is ahead": 60.0 * minutes, "has a clock that is behind": -60.0 * minutes}.get(
            what, 0
        )
        worker.most_bytes = (
            dice.randrange(0, DISK) if what == "finds the disk full" and connection.vendor != "sqlite" else 0
        )
        worker.signal(signal.SIGTERM)

        def sound() -> None:
            worker.skew, worker.most_bytes = 0.0, 0
            worker.signal(signal.SIGTERM)

        self.in_a_while(1.0, sound)

    def node_wrong(self, wrong: Wrong, dice: random.Random) -> None:
        """Lose a machine; another one, which is never lost, goes on."""
        node = dice.choice(self.nodes[1:] or self.nodes)
        if node.is_lost:
            return
        node.is_lost = True
        for worker in self.workers:
            if worker.node is node:
                worker.end()
        if wrong.what == "loses power":
            self.in_doubt += self.surely(lambda: self.begun_on(node))
            node.lose_power(dice.random())
        if wrong.what == "lost for good":
            self.in_doubt += self.surely(lambda: self.begun_on(node))
            node.folder = node.folder.with_name(f"{node.folder.name}-after")
            node.folder.mkdir(exist_ok=True)
        if node is not self.nodes[0]:
            self.clock.jump(A_WHILE)

        def back() -> None:
            node.is_lost = False

        self.in_a_while(0.5 + dice.random(), back)

    @staticmethod
    def begun_on(node: Node) -> int:
        """Return how many letters a machine's workers may have begun whose ends it alone knew."""
        begun = Message.objects.filter(state__in=[MessageState.CLAIMED, MessageState.UNKNOWN])
        leases = [UUID(path.stem) for path in node.spool.glob("*.spool")]
        return sum(min(ledger.CHECKPOINT, begun.filter(lease_id=lease).count()) for lease in leases)

    def database_wrong(self, wrong: Wrong) -> None:
        """Hang up on everybody, or be away; SQLite is held by somebody else instead."""
        if connection.vendor == "sqlite":
            with transaction.atomic():
                time.sleep(0.5)
            return
        name = sql.Identifier(str(connection.settings_dict["NAME"]))
        address = psycopg.conninfo.make_conninfo(settings.ENV.database_url, dbname="postgres")
        with psycopg.connect(address, autocommit=True) as other:
            if wrong.what == "is away for a moment":
                other.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(name))
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [str(connection.settings_dict["NAME"])],
            )
            if wrong.what == "is away for a moment":
                time.sleep(0.5)
                other.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(name))
        connections.close_all()

    def person_does(self, wrong: Wrong, dispatch: Dispatch) -> None:
        """Let somebody pause the letter and go on, or ask for a code."""
        if wrong.what == "pauses and resumes":
            try:
                self.surely(lambda: actions.pause(dispatch=dispatch, by=None))
            except actions.Impossible:
                return
            self.in_a_while(0.3, lambda: self.surely(lambda: actions.resume(dispatch=dispatch, by=None)))
            return
        to, occasion = f"code{wrong.dice}@readers.example", f"{people.KIND}:{wrong.dice}"
        self.surely(lambda: actions.put(people.LETTER, to=to, occasion=occasion))
        self.codes += 1

    def stop(self) -> None:
        """Ask every worker to stop, as a deployment does."""
        for worker in self.workers:
            worker.signal(signal.SIGTERM)
        for worker in self.workers:
            if worker.process is not None:
                worker.process.join(10)

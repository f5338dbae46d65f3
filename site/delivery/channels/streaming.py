"""A stream of messages over the connections of one SMTP channel: each answer told apart, no message in doubt twice."""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from delivery.channels.base import ACCEPTED, Answered, ChannelDown, Mail, Notes, Result
from delivery.channels.line import NOT_IN_TIME, Broken, Line, Step, line_of
from delivery.points import Point, reached
from delivery.states import MessageState

if TYPE_CHECKING:
    from delivery.channels.smtp import Smtp

PATIENCE = 3
ENOUGH_FOR_ONE = 20  # messages that one connection carries before another is opened beside it
TICK = 0.25
NOT_INTERNATIONAL = "The mail server takes no address with letters beyond a to z."


class Stream:
    """One giving of messages to a channel, from the first to the last.

    Args:
        channel: whose connections are used, and opened as needed.
        mails: what to hand over; one is taken ahead while the servers think.
        notes: told of each message before its bytes are given.
    """

    def __init__(self, channel: Smtp, mails: Iterator[Mail], notes: Notes) -> None:
        self.channel, self.mails, self.notes = channel, mails, notes
        self.ahead: deque[Mail] = deque()
        self.found: list[Answered] = []
        self.again: set[UUID] = set()
        self.is_dry, self.down = False, ""
        self.most, self.handed = channel.connections, 0

    def through(self) -> Iterator[Answered | None]:
        """Give all, and yield what was said.

        Raises:
            ChannelDown: when the server is away or refuses us altogether; what was handed over is answered for first.
        """
        try:
            while True:
                self._supply()
                yield from self._told()
                busy = [line for line in self.channel.lines if not line.is_idle]
                if busy:
                    self._look_ahead()
                    if not self._listen(busy):
                        yield None
                    yield from self._told()
                elif self.down or not self._look_ahead():
                    break
        finally:
            for line in list(self.channel.lines):
                if not line.is_idle:
                    self.channel.let_go(line)
        if self.down:
            raise ChannelDown(self.down)

    def _told(self) -> Iterator[Answered]:
        while self.found:
            yield self.found.pop(0)

    def _look_ahead(self) -> bool:
        """Have the next message ready; return whether there is one."""
        if not self.ahead and not self.is_dry and not self.down:
            mail = next(self.mails, None)
            if mail is None:
                self.is_dry = True
            else:
                self.ahead.append(mail)
        return bool(self.ahead)

    def _next(self, line: Line) -> Mail | None:
        """Return the next message that this connection can carry; whom it cannot write to is told so."""
        while not self.down and self._look_ahead():
            mail = self.ahead.popleft()
            if mail.recipient.isascii() or "smtputf8" in line.offers:
                return mail
            self.found.append((mail, Result(MessageState.FAILED, NOT_INTERNATIONAL)))
        return None

    def _supply(self) -> None:
        """Give every connection that waits for us something to do, and open one where all are busy."""
        for line in list(self.channel.lines):
            try:
                self._serve(line)
            except Broken as broken:
                self._broke(line, str(broken))
        if self.down or any(line.is_idle for line in self.channel.lines) or not self._look_ahead():
            return
        if len(self.channel.lines) < min(self.most, 1 + self.handed // ENOUGH_FOR_ONE):
            self._open_another()

    def _open_another(self) -> None:
        try:
            line = self.channel.open_another()
        except ChannelDown as down:
            self.most = len(self.channel.lines)
            if not self.most:
                self.down = str(down)
            return
        try:
            self._serve(line)
        except Broken as broken:
            self._broke(line, str(broken))

    def _serve(self, line: Line) -> None:
        if not line.is_free:
            line.go_on()
        elif line.at_door is None:
            if mail := self._next(line):
                line.ring(mail)
        elif line.is_let_in:
            self._hand_over(line)

    def _hand_over(self, line: Line) -> None:
        mail = line.at_door
        assert mail is not None
        then = self._next(line) if line.is_pipelining else None
        try:
            if not self.down:
                self.notes.intend(mail.key)
        except ChannelDown as down:
            self.down = str(down)
        if self.down:
            self.channel.let_go(line)  # it waits for bytes that do not come
            return
        reached(Point.INTENDED)
        self.handed += 1
        line.hand_over(then)
        reached(Point.DOTTED)

    def _listen(self, busy: list[Line]) -> bool:
        """Hear what the servers say; return whether they said anything."""
        heard = [line for line in busy if line.is_heard()]
        if not heard:
            waiting = {line.sock.fileno(): line for line in busy}
            poll = select.poll()
            for number in waiting:
                poll.register(number, select.POLLIN)
            heard = [waiting[number] for number, _event in poll.poll(TICK * 1000)]
        for line in heard:
            self._hear(line)
        now = time.monotonic()
        for line in busy:
            if line not in heard and line.is_late(now):
                self._broke(line, NOT_IN_TIME)
        return bool(heard)

    def _hear(self, line: Line) -> None:
        try:
            for code, words in line.answers():
                self._answered(line, line.answered(), code, words)
        except Broken as broken:
            self._broke(line, str(broken))

    def _answered(self, line: Line, step: Step, code: int, words: bytes) -> None:
        """Draw the conclusion from one answer.

        Raises:
            Broken: when the connection is of no more use after it.
        """
        if step is Step.END:
            self._ended(line, code, words)
        elif code == 421:
            raise Broken(line_of(code, words))
        elif step is Step.MAIL:
            if code != 250:
                self.down = self.down or line_of(code, words)
                line.turn_away()
                raise Broken(self.down)
        elif step is Step.RCPT:
            if code not in {250, 251}:
                self._refused(line, code, words)
        elif step is Step.DATA:
            self._at_data(line, code, words)
        elif step is Step.RSET and code != 250:
            raise Broken(line_of(code, words))

    def _at_data(self, line: Line, code: int, words: bytes) -> None:
        if line.has_refused:
            if code == 354:
                line.end_empty()
        elif code == 354:
            line.is_let_in = True
        else:
            self._refused(line, code, words)

    def _refused(self, line: Line, code: int, words: bytes) -> None:
        if not 400 <= code <= 599:
            raise Broken(line_of(code, words))
        mail = line.turn_away()
        assert mail is not None
        self.channel.breaks = 0
        state = MessageState.FAILED if code >= 500 else MessageState.DEFERRED
        self.found.append((mail, Result(state, line_of(code, words))))

    def _ended(self, line: Line, code: int, words: bytes) -> None:
        mail, line.inside = line.inside, None
        assert mail is not None
        if 200 <= code <= 299:
            self.channel.breaks = 0
            self.found.append((mail, ACCEPTED))
            return
        state = MessageState.UNKNOWN
        if 400 <= code <= 599:
            self.channel.breaks = 0
            state = MessageState.FAILED if code >= 500 else MessageState.DEFERRED
        self.found.append((mail, Result(state, line_of(code, words))))
        if code == 421 or state == MessageState.UNKNOWN:
            raise Broken(line_of(code, words))

    def _broke(self, line: Line, words: str) -> None:
        """Let a connection go, and say of its messages what is known.

        One recipient may be what the server stumbles over; when it hangs up again and again, it is the server. Whoever
        stood behind another is given again, once to each connection, before it is their turn to wait.
        """
        inside, waiting = line.inside, line.at_door
        self.channel.let_go(line)
        if inside is not None:
            reason = f"The connection broke before the answer: {words}"
            self.found.append((inside, Result(MessageState.UNKNOWN, reason)))
        if waiting is None:
            return
        if line.carried and waiting.key not in self.again:
            self.again.add(waiting.key)
            self.ahead.appendleft(waiting)
            return
        self.channel.breaks += 1
        if self.channel.breaks >= PATIENCE:
            self.channel.breaks = 0
            self.down = self.down or words
        else:
            self.found.append((waiting, Result(MessageState.DEFERRED, words)))

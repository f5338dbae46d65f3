"""One connection to a mail server: groups of commands out, answers back, and what each of them was for."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum

from delivery.channels.base import Mail

LONGEST = 1_000
LONGEST_LINE = 8_192
MOST_LINES = 100
AFTER_THE_DOT = 4  # times the patience: who looks through a whole message takes longer than who hears a command
BROKEN = (OSError, smtplib.SMTPException)


class Step(StrEnum):
    """What an answer is for."""

    RSET = "rset"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    END = "end"
    LONE_DOT = "lone dot"


class Broken(Exception):
    """The connection is of no more use; the words say why."""


class Line:
    """One open connection, at most one message deep in it and one before the door.

    `inside` is the message whose bytes were handed over and not answered for. `at_door` is the one whose envelope was
    given; once the server waits for its bytes, `is_let_in`.
    """

    def __init__(self, server: smtplib.SMTP, *, timeout: float) -> None:
        assert server.sock is not None
        self.server, self.sock, self.timeout = server, server.sock, timeout
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_plain = not isinstance(self.sock, ssl.SSLSocket)
        if self.is_plain:
            self.sock.setblocking(False)  # waiting is done for all connections at once
        self.offers = frozenset(name.lower() for name in server.esmtp_features)
        self.is_pipelining = "pipelining" in self.offers
        self.inside: Mail | None = None
        self.at_door: Mail | None = None
        self.is_let_in = self.has_refused = self.needs_reset = False
        self.expected: deque[Step] = deque()
        self.unsaid: deque[tuple[Step, bytes]] = deque()
        self.carried = 0
        self.heard_at = self.deadline = time.monotonic()
        self._heard = b""
        self._told: list[bytes] = []

    @property
    def is_free(self) -> bool:
        """Whether nothing is under way that the server has to answer."""
        return not self.expected and not self.unsaid

    @property
    def is_idle(self) -> bool:
        """Whether it has no message at all."""
        return self.inside is None and self.at_door is None and self.is_free

    def ring(self, mail: Mail) -> None:
        """Give the envelope of a message.

        Raises:
            Broken: when the connection does not take it.
        """
        self._stand(mail)
        self._say(b"")

    def hand_over(self, then: Mail | None) -> None:
        """Give the bytes of the message at the door, and the envelope of the one after it in the same group.

        Raises:
            Broken: when the connection does not take it; whether the message arrived nobody knows.
        """
        mail = self.at_door
        assert mail is not None
        assert self.is_let_in
        self.inside, self.at_door, self.is_let_in = mail, None, False
        self.expected.append(Step.END)
        self.carried += 1
        if then is not None:
            self._stand(then)
        self._say(wire(mail))

    def answered(self) -> Step:
        """Return what the oldest open command was: an answer to it came.

        Raises:
            Broken: when nobody asked.
        """
        if not self.expected:
            raise Broken(line_of(-1, b""))
        return self.expected.popleft()

    def go_on(self) -> None:
        """Say what was not said yet, where each command waits for the answer to the one before.

        Raises:
            Broken: when the connection does not take it.
        """
        if self.unsaid and not self.expected:
            self._say(b"")

    def turn_away(self) -> Mail | None:
        """Forget the message at the door, which the server refused; return it."""
        mail, self.at_door, self.is_let_in = self.at_door, None, False
        self.unsaid.clear()
        self.needs_reset = self.has_refused = True
        return mail

    def end_empty(self) -> None:
        """Give nothing to a server that waits for bytes although it refused the recipient (RFC 2920, 3.1).

        Raises:
            Broken: when the connection does not take it.
        """
        self.expected.append(Step.LONE_DOT)
        self._say(b".\r\n")

    def answers(self) -> Iterator[tuple[int, bytes]]:
        """Read what came and yield each whole answer: its code and its words, the lines parted by line feeds.

        Raises:
            Broken: when the server hung up, or what it says is no answer.
        """
        try:
            found = self.sock.recv(65_536)
        except (ssl.SSLWantReadError, BlockingIOError):
            return
        except BROKEN as error:
            raise Broken(in_words(error)) from error
        if not found:
            raise Broken("The mail server hung up.")
        self.heard_at = time.monotonic()
        lines = (self._heard + found).split(b"\n")
        self._heard = lines.pop()
        if len(self._heard) > LONGEST_LINE:
            raise Broken(line_of(-1, b""))
        for line in lines:
            code = line[:3]
            if len(line) > LONGEST_LINE or len(self._told) > MOST_LINES or not code.isdigit():
                raise Broken(line_of(-1, b""))
            if line[3:4] == b"-":
                self._told.append(line[4:].strip())
                continue
            words = line[4:].strip()
            if self._told:
                words = b"\n".join([*self._told, words])
                self._told = []
            yield int(code), words

    def is_heard(self) -> bool:
        """Return whether bytes wait that the socket's own state does not show."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def is_late(self, now: float) -> bool:
        """Return whether the server took longer to answer than we wait."""
        return bool(self.expected) and now > self.deadline

    def close(self) -> None:
        """Say goodbye where somebody still listens, and hang up."""
        if self.is_idle:
            with suppress(*BROKEN):
                self._send(b"QUIT\r\n")
        with suppress(*BROKEN):
            self.server.close()

    def _stand(self, mail: Mail) -> None:
        """Put a message before the door: its envelope is what is said next."""
        self.at_door, self.has_refused = mail, False
        if self.needs_reset:
            self.unsaid.append((Step.RSET, b"RSET\r\n"))
            self.needs_reset = False
        international = "" if mail.recipient.isascii() else " SMTPUTF8 BODY=8BITMIME"
        envelope = f"MAIL FROM:<{mail.sender}>{international}\r\nRCPT TO:<{mail.recipient}>\r\nDATA\r\n".encode()
        if self.is_pipelining:
            self.unsaid.append((Step.MAIL, envelope))
        else:
            parts = envelope.splitlines(keepends=True)
            self.unsaid.extend(zip((Step.MAIL, Step.RCPT, Step.DATA), parts, strict=True))

    def _say(self, first: bytes) -> None:
        """Send `first`, and with it what may be said now: everything where the server takes groups, else one command.

        What follows a message's bytes waits for their answer where the server takes no groups.
        """
        said = [first] if first else []
        if self.is_pipelining:
            for step, words in self.unsaid:
                said.append(words)
                self.expected.extend((Step.MAIL, Step.RCPT, Step.DATA) if step is Step.MAIL else (step,))
            self.unsaid.clear()
        elif self.unsaid and not first:
            step, words = self.unsaid.popleft()
            said.append(words)
            self.expected.append(step)
        late = AFTER_THE_DOT if self.inside is not None else 1
        self.deadline = time.monotonic() + self.timeout * late
        try:
            self._send(b"".join(said))
        except BROKEN as error:
            raise Broken(in_words(error)) from error

    def _send(self, data: bytes) -> None:
        sent = 0
        if self.is_plain:
            with suppress(BlockingIOError):
                sent = self.sock.send(data)
            if sent == len(data):
                return
            self.sock.settimeout(self.timeout)
        self.sock.sendall(memoryview(data)[sent:])
        if self.is_plain:
            self.sock.setblocking(False)


def wire(mail: Mail) -> bytes:
    """Return the message as it goes over the wire: dots at line starts doubled, a single dot at the end."""
    data = mail.data
    if not mail.is_dotless:
        data = data.replace(b"\r\n.", b"\r\n..")
        data = b"." + data if data.startswith(b".") else data
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def line_of(code: int, words: bytes) -> str:
    """Return an answer as people read it."""
    if code < 0:
        return "The mail server's answer cannot be understood."
    return f"{code} {words.decode('utf-8', 'replace')}"[:LONGEST]


def in_words(error: Exception) -> str:
    """Return what went wrong with a connection, in a sentence."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = line_of(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
        return f"{NOT_SIGNED_IN} {words}" if isinstance(error, smtplib.SMTPAuthenticationError) else words
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The mail server's certificate is not to be trusted: {error.verify_message}."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"The mail server cannot do what MAIL_URL asks: {error}"
    if isinstance(error, ConnectionRefusedError):
        return "The mail server refused the connection."
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return NOT_IN_TIME
    return f"The mail server hung up ({type(error).__name__})."


NOT_SIGNED_IN = "The mail server did not take the name and password of MAIL_URL:"
NOT_IN_TIME = "The mail server did not answer in time."

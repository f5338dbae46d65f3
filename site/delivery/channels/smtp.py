"""SMTP over a few reused connections: how a server is reached, and which connections stand."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from delivery.channels.base import Answered, ChannelDown, Mail, Notes
from delivery.channels.line import BROKEN, Line, in_words
from delivery.channels.streaming import Stream

TIMEOUT = 30.0
IDLE = 20.0
CONNECTIONS = 2
IN_CLEAR = "MAIL_URL has a password and no TLS: it is not sent in clear. Write tls=starttls or tls=implicit."
PORTS = {"none": 25, "starttls": 587, "implicit": 465}


class Smtp:
    """The connections to one mail server: the first opened when needed, more when there is much to carry.

    Where the server offers PIPELINING, the bytes of one message and the envelope of the next go out in one group.
    STARTTLS and signing in are as the URL says; SMTPUTF8 is used for an address that needs it, where it is offered.
    """

    is_repeatable = False

    def __init__(self, url: str, *, timeout: float = 0.0, connections: int = CONNECTIONS) -> None:
        parts = urlsplit(url)
        chosen = parse_qs(parts.query).get("tls", [""])[0]
        self.tls = chosen or ("implicit" if parts.scheme == "smtps" else "none")
        self.host = parts.hostname or "localhost"
        self.port = parts.port or PORTS[self.tls]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.timeout, self.connections = timeout or TIMEOUT, connections
        self.most_at_once = 2 * connections + 1  # one inside and one at the door of each, and one ahead
        self.lines: list[Line] = []
        self.breaks = 0

    def open(self) -> None:
        """Connect, with TLS and signing in where the URL says so; nothing where a connection stands.

        Raises:
            ChannelDown: when the server is away, refuses us, or its certificate is wrong.
        """
        if not self.lines:
            self.open_another()

    def open_another(self) -> Line:
        """Open one more connection and return it.

        Raises:
            ChannelDown: as `open`.
        """
        try:
            line = Line(self._server(), timeout=self.timeout)
        except BROKEN as error:
            raise ChannelDown(in_words(error)) from error
        self.lines.append(line)
        return line

    def send(self, mails: Iterator[Mail], notes: Notes) -> Iterator[Answered | None]:
        """Hand over a stream of messages and yield what the server said of each."""
        return Stream(self, mails, notes).through()

    def let_go(self, line: Line) -> None:
        """Hang up one connection."""
        line.close()
        self.lines.remove(line)

    def tidy(self) -> None:
        """Let go of connections on which nothing was said for a while: the server would soon hang up by itself."""
        for line in list(self.lines):
            if time.monotonic() - line.heard_at > IDLE:
                self.let_go(line)

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        for line in list(self.lines):
            self.let_go(line)

    def _server(self) -> smtplib.SMTP:
        """Return a server that was greeted; what the standard library knows of that is better than ours.

        Raises:
            ChannelDown: where a password would be sent in clear.
        """
        server: smtplib.SMTP
        if self.user and self.tls == "none":
            raise ChannelDown(IN_CLEAR)
        if self.tls == "implicit":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BROKEN:
            server.close()
            raise
        return server

"""SMTP over one reused connection, each answer told apart: taken, later, never, or nobody knows."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from delivery.channels.base import ACCEPTED, ChannelDown, Envelope, Result
from delivery.points import Point, reached
from delivery.states import MessageState

TIMEOUT = 30.0
PATIENCE = 3
PORTS = {"none": 25, "starttls": 587, "implicit": 465}
_BROKEN = (OSError, smtplib.SMTPException)


class Smtp:
    """One connection to the mail server, opened when first needed and again after a break."""

    is_repeatable = False

    def __init__(self, url: str, *, timeout: float = 0.0) -> None:
        parts = urlsplit(url)
        chosen = parse_qs(parts.query).get("tls", [""])[0]
        self.tls = chosen or ("implicit" if parts.scheme == "smtps" else "none")
        self.host = parts.hostname or "localhost"
        self.port = parts.port or PORTS[self.tls]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.timeout = timeout or TIMEOUT
        self.server: smtplib.SMTP | None = None
        self.breaks = 0

    def open(self) -> None:
        """Connect, with TLS and signing in where the URL says so.

        Raises:
            ChannelDown: when the server is away, refuses us, or its certificate is wrong.
        """
        if self.server is not None:
            return
        try:
            if self.tls == "implicit":
                context = ssl.create_default_context()
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            server.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except _BROKEN as error:
            raise ChannelDown(_words(error)) from error
        self.server = server

    def send(self, envelope: Envelope, data: bytes, *, intend: Callable[[], None]) -> Result:
        """Hand over one message; see Channel.send."""
        self.open()
        server = self.server
        assert server is not None
        try:
            refusal = self._ask(server, envelope)
        except _BROKEN as error:
            return self._broke(_words(error))
        if refusal is not None:
            return refusal
        intend()
        reached(Point.INTENDED)
        try:
            server.send(_stuffed(data))
            reached(Point.DOTTED)
            code, words = server.getreply()
        except _BROKEN as error:
            self.close()
            return Result(MessageState.UNKNOWN, f"The connection broke before the answer: {_words(error)}")
        self.breaks = 0
        return self._verdict(code, words)

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        server, self.server = self.server, None
        if server is not None:
            with suppress(*_BROKEN):
                server.putcmd("quit")
            with suppress(*_BROKEN):
                server.close()

    def _ask(self, server: smtplib.SMTP, envelope: Envelope) -> Result | None:
        """Go through MAIL, RCPT and DATA; return a refusal, or None when the server waits for the message."""
        code, words = server.mail(envelope.sender)
        if code != 250:
            self._down(_line(code, words))
        code, words = server.rcpt(envelope.recipient)
        if code not in {250, 251}:
            return self._refused(server, code, words)
        server.putcmd("data")
        code, words = server.getreply()
        return None if code == 354 else self._refused(server, code, words)

    def _refused(self, server: smtplib.SMTP, code: int, words: bytes) -> Result:
        if code == 421 or not 400 <= code <= 599:
            return self._broke(_line(code, words))
        server.rset()
        self.breaks = 0
        return Result(MessageState.FAILED if code >= 500 else MessageState.DEFERRED, _line(code, words))

    def _verdict(self, code: int, words: bytes) -> Result:
        if 200 <= code <= 299:
            return ACCEPTED
        if 500 <= code <= 599:
            return Result(MessageState.FAILED, _line(code, words))
        if 400 <= code <= 499:
            if code == 421:
                self.close()
            return Result(MessageState.DEFERRED, _line(code, words))
        self.close()
        return Result(MessageState.UNKNOWN, _line(code, words))

    def _broke(self, words: str) -> Result:
        """One recipient may be what the server stumbles over; when it hangs up again and again, it is the server."""
        self.breaks += 1
        if self.breaks >= PATIENCE:
            self._down(words)
        self.close()
        return Result(MessageState.DEFERRED, words)

    def _down(self, words: str) -> NoReturn:
        self.close()
        self.breaks = 0
        raise ChannelDown(words)


LONGEST = 1_000


def _stuffed(data: bytes) -> bytes:
    """Return the message as it goes over the wire: dots at line starts doubled, a single dot at the end."""
    body = data.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


def _line(code: int, words: bytes) -> str:
    if code < 0:
        return "The mail server's answer cannot be understood."
    return f"{code} {words.decode('utf-8', 'replace')}"[:LONGEST]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _line(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    if isinstance(error, ConnectionRefusedError):
        return "The mail server refused the connection."
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "The mail server did not answer in time."
    return f"The mail server hung up ({type(error).__name__})."

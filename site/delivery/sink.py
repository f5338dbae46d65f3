"""A small SMTP server that takes every message and delivers none: for the tour, the tests and the benchmarks.

`python -m delivery.sink --port 2525 --folder mails/` writes what it takes as .eml files and says where it listens.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

Fault = Callable[[str, str], str | None]
STEPS = ("connect", "mail", "rcpt", "data", "end")
HANG_UP = ""
OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800")
_PATH = re.compile(r"<([^<>]*)>")
_LONGEST_LINE = 2**20
_LONGEST_MESSAGE = 2**26


@dataclass(frozen=True)
class Received:
    """One message that came in: its envelope, its Message-ID, its bytes, and whether it was answered with 250."""

    sender: str
    recipient: str
    message_id: str
    data: bytes
    is_answered: bool


def no_fault(step: str, recipient: str) -> str | None:
    """Find nothing wrong at any step."""
    return None


class Sink:
    """The server, in a thread of its own; `with Sink() as sink: … sink.url … sink.received`.

    Args:
        folder: where .eml files go; None keeps no files.
        fault: asked at each of STEPS with the recipient so far; returns the answer to give instead of the good one,
            HANG_UP to drop the connection, or None.
        port: to listen on; a free one when 0.
        offers: what it answers to EHLO.
    """

    def __init__(
        self, *, folder: Path | None = None, fault: Fault = no_fault, port: int = 0, offers: Sequence[str] = OFFERS
    ) -> None:
        self.folder, self.fault, self.port, self.offers = folder, fault, port, offers
        self.received: list[Received] = []
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smtp-sink", daemon=True)
        self._stop: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """Return its address, as MAIL_URL has it."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    def __enter__(self) -> Sink:
        self._thread.start()
        self._is_up.wait(10)
        return self

    def __exit__(self, *details: object) -> None:
        if self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def wait(self) -> None:
        """Serve until the thread ends."""
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, limit=2**20)
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        await self._stop.wait()
        server.close()
        talks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, _HungUp):
            await _Talk(self, reader, writer).through()
        with suppress(ConnectionError):
            writer.close()

    def take(self, received: Received) -> None:
        """Keep one message."""
        self.received.append(received)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{len(self.received):06}.eml").write_bytes(received.data)


class _HungUp(Exception):
    """The connection ends here."""


class _Talk:
    """One connection."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.sender = self.recipient = self.stage = ""
        self.unread = bytearray()

    async def through(self) -> None:
        """Greet, then answer each command until the other side leaves."""
        await self.answer("connect", "220 sink ESMTP")
        while True:
            line = await self.up_to(b"\n", _LONGEST_LINE)
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            await self.command(verb.upper(), rest)

    async def up_to(self, end: bytes, most: int) -> bytes:
        """Return what comes before `end`, which is read as well.

        Raises:
            _HungUp: when it does not come.
        """
        seen = 0
        while (at := self.unread.find(end, seen)) < 0:
            seen = max(0, len(self.unread) - len(end))
            more = await self.reader.read(2**18)
            if not more or len(self.unread) > most:
                raise _HungUp
            self.unread += more
        found = bytes(self.unread[:at])
        del self.unread[: at + len(end)]
        return found

    async def command(self, verb: str, rest: str) -> None:
        """Answer one command."""
        if verb == "EHLO":
            *more, last = ["sink", *self.sink.offers]
            await self.say("".join(f"250-{offer}\r\n" for offer in more) + f"250 {last}")
        elif verb == "MAIL":
            self.sender, self.recipient = self.path_in(rest), ""
            self.stage = "mail" if await self.answer("mail", "250 OK") else ""
        elif (verb == "RCPT" and not self.stage) or (verb == "DATA" and self.stage != "rcpt"):
            await self.say("503 Not yet")
        elif verb == "RCPT":
            self.recipient = self.path_in(rest)
            self.stage = "rcpt" if await self.answer("rcpt", "250 OK") else self.stage
        elif verb == "DATA":
            self.stage = ""
            if await self.answer("data", "354 Go on"):
                await self.take_data()
        elif verb == "QUIT":
            await self.say("221 Bye")
            raise _HungUp
        else:
            self.stage = "" if verb == "RSET" else self.stage
            await self.say("250 OK" if verb in {"HELO", "RSET", "NOOP"} else "502 Not here")

    async def take_data(self) -> None:
        """Read up to the lone dot, keep what came, answer."""
        self.unread[:0] = b"\r\n"  # the end of the command before: an empty message is a lone dot after it
        data = (await self.up_to(b"\r\n.\r\n", _LONGEST_MESSAGE) + b"\r\n").replace(b"\r\n..", b"\r\n.")[2:]
        fault = self.sink.fault("end", self.recipient)
        if fault in {None, HANG_UP}:
            message_id = str(BytesHeaderParser().parsebytes(data)["Message-ID"] or "").strip("<> ")
            self.sink.take(Received(self.sender, self.recipient, message_id, data, is_answered=fault is None))
        await self.give(fault, "250 Taken")

    async def answer(self, step: str, good: str) -> bool:
        """Give the good answer of a step, unless it has a fault; return whether it was good."""
        return await self.give(self.sink.fault(step, self.recipient), good)

    async def give(self, fault: str | None, good: str) -> bool:
        """Give the good answer or the fault's."""
        if fault == HANG_UP:
            raise _HungUp
        await self.say(good if fault is None else fault)
        return fault is None

    async def say(self, line: str) -> None:
        """Write one answer."""
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()

    @staticmethod
    def path_in(rest: str) -> str:
        """Return the address in `FROM:<…>` or `TO:<…>`."""
        found = _PATH.search(rest)
        return found.group(1) if found else ""


def main(arguments: list[str] | None = None) -> None:
    """Serve from the command line until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--folder", type=Path, help="where .eml files go")
    chosen = parser.parse_args(arguments)
    with suppress(KeyboardInterrupt), Sink(folder=chosen.folder, port=chosen.port) as sink:
        sys.stdout.write(f"{sink.url}\n")
        sys.stdout.flush()
        sink.wait()


if __name__ == "__main__":
    main()

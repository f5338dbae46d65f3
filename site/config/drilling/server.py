"""The drill's mail server: a process of its own that keeps its own record and answers badly when told to."""

from __future__ import annotations

import multiprocessing
import multiprocessing.sharedctypes
import re
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from config.drilling.account import Taken
from config.drilling.wrongs import ANSWERS, HANG_UP, SILENCE, SLOW, Answer

HOST = "127.0.0.1"
SILENT_FOR, SLOW_FOR, SHUT_FOR = 1.6, 0.3, 0.3
_PATH = re.compile(rb"<([^<>]*)>")
_NAME = re.compile(rb"^Message-ID:\s*<([^<>]+)>", re.IGNORECASE | re.MULTILINE)


class Away(Exception):
    """The connection ends here."""


class Server:
    """What the drill holds of it: its port, its record, and what it is told to do wrong."""

    def __init__(self, record: Path) -> None:
        self.record = record
        self.socket = _listening(0)
        self.port: int = self.socket.getsockname()[1]
        context = multiprocessing.get_context("fork")
        self.told = context.Array("i", len(ANSWERS))
        self.done = context.Array("i", len(ANSWERS))
        self.taken = context.Value("i", 0)
        self.cut = context.Value("i", 0)
        self.process = context.Process(target=self._serve, name="drill-mail", daemon=True)

    @property
    def url(self) -> str:
        """Return its address, as MAIL_URL has it."""
        return f"smtp://{HOST}:{self.port}?tls=none"

    def start(self) -> None:
        """Listen."""
        self.record.touch()
        self.process.start()
        self.socket.close()

    def stop(self) -> None:
        """End, keeping the record."""
        self.process.terminate()
        self.process.join(5)

    def go_wrong(self, answer: Answer) -> None:
        """Answer badly once, at the next message that comes to that step."""
        with self.told.get_lock():
            self.told[ANSWERS.index(answer)] += 1

    def went_wrong(self) -> dict[Answer, int]:
        """Return how often each bad answer was given."""
        return {answer: self.done[at] for at, answer in enumerate(ANSWERS) if self.done[at]}

    def forget(self) -> None:
        """Answer well from now on."""
        with self.told.get_lock():
            for at in range(len(ANSWERS)):
                self.told[at] = 0

    def received(self) -> list[Taken]:
        """Return every message it took, each as often as it came."""
        lines = self.record.read_bytes().decode(errors="replace").splitlines()
        return [Taken(*line.split("\t", 1)) for line in lines]

    def _serve(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        kept, lock = self.record.open("ab", buffering=0), threading.Lock()
        while True:
            connection, _ = self.socket.accept()
            if self.next_wrong("connect", says="refused"):
                self.socket.close()
                connection.close()
                time.sleep(SHUT_FOR)
                self.socket = _listening(self.port)
                continue
            threading.Thread(target=self._talk, args=(connection, kept, lock), daemon=True).start()

    def next_wrong(self, step: str, *, says: str | None = None) -> Answer | None:
        """Return what goes wrong now at a step, and count it as done; None where all is well."""
        with self.told.get_lock():
            for at, answer in enumerate(ANSWERS):
                is_asked = answer.says == says if says is not None else answer.says != "refused"
                if self.told[at] and answer.step == step and is_asked:
                    self.told[at] -= 1
                    self.done[at] += 1
                    return answer
        return None

    def _talk(self, connection: socket.socket, kept: BinaryIO, lock: threading.Lock) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, suppress(OSError, Away):
            _Talk(self, connection, kept, lock).through()


class _Talk:
    """One connection; commands that come in groups are answered one by one."""

    def __init__(self, server: Server, connection: socket.socket, kept: BinaryIO, lock: threading.Lock) -> None:
        self.server, self.connection, self.kept, self.lock = server, connection, kept, lock
        self.lines = connection.makefile("rb")
        self.is_addressed = False
        self.recipient = b""

    def through(self) -> None:
        """Greet, then answer each command until the other side leaves."""
        self.answer("connect", "220 drill ESMTP")
        while line := self.lines.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                self.say("250-drill\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 52428800")
            elif verb == b"MAIL":
                self.is_addressed = False
                self.answer("mail", "250 OK")
            elif verb == b"RCPT":
                self.recipient = found.group(1) if (found := _PATH.search(line)) else b""
                self.is_addressed = self.answer("rcpt", "250 OK")
            elif verb == b"DATA":
                self.data()
            elif verb == b"QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 OK" if verb in {b"HELO", b"RSET", b"NOOP"} else "502 Not here")
        self.was_cut()

    def was_cut(self) -> None:
        """Count a connection whose other side left without a word: a worker that was killed held it."""
        with self.server.cut.get_lock():
            self.server.cut.value += 1

    def data(self) -> None:
        """Read a message, keep it, answer; refuse one that is for nobody."""
        if not self.is_addressed:
            self.say("503 Nobody to give it to")
            return
        if not self.answer("data", "354 Go on"):
            return
        if self.server.next_wrong("body"):
            self.lines.readline()
            raise Away
        read = []
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                self.was_cut()
                raise Away
            read.append(line)
        wrong = self.server.next_wrong("end")
        if wrong is None or wrong.takes or wrong.says == SLOW:
            self.keep(b"".join(read))
        self.give(wrong, "250 Taken")

    def keep(self, data: bytes) -> None:
        """Write one message into the record before anybody hears that it was taken."""
        found = _NAME.search(data)
        with self.lock:
            self.kept.write((found.group(1) if found else b"nameless") + b"\t" + self.recipient + b"\n")
            with self.server.taken.get_lock():
                self.server.taken.value += 1

    def answer(self, step: str, good: str) -> bool:
        """Give the good answer of a step, unless something goes wrong; return whether it was good."""
        return self.give(self.server.next_wrong(step), good)

    def give(self, wrong: Answer | None, good: str) -> bool:
        """Give the good answer or the bad one."""
        if wrong is None:
            self.say(good)
            return True
        if wrong.says == HANG_UP:
            raise Away
        if wrong.says == SILENCE:
            time.sleep(SILENT_FOR)
            raise Away
        if wrong.says == SLOW:
            time.sleep(SLOW_FOR)
            self.say(good)
            return True
        self.say(wrong.says)
        if wrong.leaves or wrong.says.startswith("421"):
            raise Away
        return False

    def say(self, line: str) -> None:
        """Write one answer."""
        self.connection.sendall(f"{line}\r\n".encode())


def _listening(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    listening.listen(64)
    return listening

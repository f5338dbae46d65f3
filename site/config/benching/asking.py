"""A client that costs next to nothing: kept connections, answers read and thrown away."""

from __future__ import annotations

import selectors
import socket
import time

CONNECTIONS = 8
CHUNK = 256 * 1024


class OddAnswer(RuntimeError):
    """An answer that is not the expected one, so that its speed says nothing."""


def request(path: str, *, host: str, cookie: str = "") -> bytes:
    """Return the bytes of a GET over a kept connection."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *([f"Cookie: {cookie}"] if cookie else [])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Line:
    """One connection, and how much of the present answer is still to come."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.missing = 0

    def ask(self, asked: bytes) -> None:
        """Send one request."""
        self.socket.sendall(asked)
        self.buffer, self.missing = b"", -1

    def read(self) -> bool:
        """Read what came; return whether the answer is whole.

        Raises:
            OddAnswer: when it is not 200, says no length, or the connection ends.
        """
        data = self.socket.recv(CHUNK)
        if not data:
            raise OddAnswer("The server closed the connection.")
        if self.missing >= 0:
            self.missing -= len(data)
            return self.missing <= 0
        self.buffer += data
        head, blank, body = self.buffer.partition(b"\r\n\r\n")
        if not blank:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise OddAnswer(f"The server answered {head[:60]!r}.")
        self.missing = _length(head) - len(body)
        return self.missing <= 0


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise OddAnswer("The answer says no length.")


def throughput(asked: bytes, *, host: str, port: int, seconds: float) -> float:
    """Return how many answers a second the server gives to CONNECTIONS connections that never wait."""
    lines = [Line(host, port) for _ in range(CONNECTIONS)]
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask(asked)
        answered, begun = 0, time.perf_counter()
        until = begun + seconds
        while (now := time.perf_counter()) < until:
            for key, _ in waiting.select(timeout=1):
                if key.data.read():
                    answered += 1
                    key.data.ask(asked)
    for line in lines:
        line.socket.close()
    return answered / (now - begun)


def times(asked: bytes, *, host: str, port: int, count: int) -> list[float]:
    """Return how many milliseconds each of `count` requests took, one after the other."""
    line, taken = Line(host, port), []
    for _ in range(count):
        begun = time.perf_counter()
        line.ask(asked)
        while not line.read():
            pass
        taken.append((time.perf_counter() - begun) * 1000)
    line.socket.close()
    return taken


def body_length(asked: bytes, *, host: str, port: int) -> int:
    """Return how many bytes of body the answer has."""
    line = Line(host, port)
    line.ask(asked)
    while not line.read():
        pass
    return _length(line.buffer.partition(b"\r\n\r\n")[0])

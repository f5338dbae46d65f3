"""A worker that was asked to stop finishes its group, gives the rest back at once, and begins nothing more."""

from __future__ import annotations

import mmap

from celery.signals import worker_init, worker_shutting_down


class _Wish:
    """Whether it was asked, in memory that it shares with the processes it forks: only the first hears the signal."""

    def __init__(self) -> None:
        self.shared = mmap.mmap(-1, 1)


_wish = _Wish()


def ask() -> None:
    """Ask this process, and every one that it forked, to come to an end."""
    _wish.shared[0] = 1


def is_asked() -> bool:
    """Return whether the worker is to stop."""
    return _wish.shared[0] == 1


def begin_anew() -> None:
    """Begin a worker of which nobody asked anything yet, and whose wishes are its own."""
    _wish.shared = mmap.mmap(-1, 1)


@worker_init.connect
def begin_worker(**_kwargs: object) -> None:
    """Begin before Celery forks."""
    begin_anew()


@worker_shutting_down.connect
def ask_at_shutdown(**_kwargs: object) -> None:
    """Hear of a SIGTERM where Celery does."""
    ask()

"""Counts of large sendings, kept for a while: a page that looks again and again does not count a million rows each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Func, IntegerField, Min, Sum

from delivery.models import Dispatch, Message
from delivery.states import MessageState

SHARE = 20  # a count that takes a second is kept for twenty
WORTH_KEEPING = 1.0  # seconds; what is shorter is asked again, so that small sendings are always exact
A_DAY = 86_400


def kept[T](key: str, ask: Callable[[], T], *, seconds: float | None = None) -> T:
    """Return an answer, kept in proportion to what it costs, so that asking never takes more than a twentieth.

    Args:
        key: its name in the cache.
        ask: what finds it.
        seconds: how long one that is costly is kept; in proportion where it is left out.
    """
    found: T | None = cache.get(key)
    if found is not None:
        return found
    began = time.perf_counter()
    answer = ask()
    pays = (time.perf_counter() - began) * SHARE
    if pays >= WORTH_KEEPING:
        cache.set(key, answer, seconds or pays)
    return answer


class _HowMany(Func):
    """How many entries a list has that is kept as JSON."""

    output_field = IntegerField()
    function = "JSON_ARRAY_LENGTH"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **extra)


def accepted(dispatches: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return for each of some dispatches how many letters were accepted, and of how many; one question."""
    wanted = sorted(dispatches)

    def ask() -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        rows = Message.objects.filter(dispatch__in=wanted).order_by().values_list("dispatch", "state")
        for dispatch, state, number in rows.annotate(number=Count("*")):
            accepted, letters = found.get(dispatch, (0, 0))
            found[dispatch] = (accepted + number * (state == MessageState.ACCEPTED), letters + number)
        return found

    name = sha256(",".join(map(str, wanted)).encode()).hexdigest()[:32]
    return kept(f"accepted:{name}", ask) if wanted else {}


def counts(dispatch: Dispatch) -> dict[str, int]:
    """Return how many letters stand in each state, every state named, with `total`."""
    return kept(f"tally:{dispatch.pk}:{dispatch.state}", dispatch.counts)


def sharing(dispatch: Dispatch) -> int:
    """Return how many people read at another's mailbox; once the audience is whole that stays."""
    others = dispatch.messages.exclude(also=[]).order_by()

    def ask() -> int:
        number: int | None = others.aggregate(number=Sum(_HowMany("also")))["number"]
        return number or 0

    return kept(f"sharing:{dispatch.pk}:{bool(dispatch.frozen_at)}", ask, seconds=A_DAY if dispatch.frozen_at else None)


def next_try(dispatch: Dispatch) -> datetime | None:
    """Return when the next letter that a server was too busy for is tried again."""
    waiting = dispatch.messages.filter(state=MessageState.DEFERRED).order_by()
    found: datetime | None = waiting.aggregate(at=Min("next_try_at"))["at"]
    return found

"""The drill's clock: real time, and as much beside it as the drill wants; some workers' clocks go wrong."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta

from django.utils import timezone


class Clock:
    """One time for everybody, so that leases, graces and pauses pass without anybody waiting for them."""

    def __init__(self) -> None:
        self.ahead = multiprocessing.get_context("fork").Value("d", 0.0)

    def jump(self, seconds: float) -> None:
        """Let time pass for everybody at once."""
        with self.ahead.get_lock():
            self.ahead.value += seconds

    def rule(self, *, skew: float = 0.0) -> None:
        """Let this process live by it from now on.

        Args:
            skew: by how many seconds its own clock is wrong.
        """

        def now() -> datetime:
            return datetime.now(tz=UTC) + timedelta(seconds=self.ahead.value + skew)

        timezone.now = now

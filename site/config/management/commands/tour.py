"""The whole story without a browser or a person, through HTTP and a real SMTP server."""

from __future__ import annotations

import signal
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from config.touring.pages import StoryBroken
from config.touring.story import play


class Command(BaseCommand):
    """Play the story in a folder of its own; one line a step and a figure each."""

    help = "Play the whole story: a letter written and received, a friend referred, a case closed. Exit code 1 if not."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Play; stop at the first step that breaks."""
        begun = time.monotonic()
        signal.signal(
            signal.SIGTERM, lambda number, frame: sys.exit(128 + number)
        )  # the stage is taken down all the same
        try:
            steps = play(self.tell)
        except StoryBroken as error:
            self.stdout.write(self.style.ERROR(f"BROKEN  {error}"))
            sys.exit(1)
        self.stdout.write(f"{steps} steps in {time.monotonic() - begun:.0f} s: the loop is closed.")

    def tell(self, words: str, figure: str, seconds: float) -> None:
        """Print one step at once."""
        self.stdout.write(f"ok  {words:<58} {figure:<44} {seconds:6.1f} s")
        self.stdout.flush()

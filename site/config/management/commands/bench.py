"""Measures what was promised in figures, and prints one JSON object a line."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.benching import web
from config.benching.asking import OddAnswer


class Command(BaseCommand):
    """Run the benchmark; its lines also stand in var/bench/latest.jsonl."""

    help = "Measure what was promised in figures: medians of 5 runs taken in turns, one JSON object a line."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, keep."""
        try:
            lines = [measure.as_line() for measure in web.measured()]
        except (web.NoServer, OddAnswer) as error:
            raise CommandError(str(error)) from error
        kept = settings.VAR / "bench" / "latest.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("".join(f"{line}\n" for line in lines))
        self.stdout.write("\n".join(lines))

"""Measures what was promised in figures, and prints one JSON object a line."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.benching import segments, web
from config.benching.asking import OddAnswer


class Command(BaseCommand):
    """Run the benchmark; its lines also stand in var/bench/latest.jsonl."""

    help = "Measure what was promised in figures: medians of 5 runs taken in turns, one JSON object a line."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is measured."""
        parser.add_argument(
            "--segments",
            type=int,
            nargs="?",
            const=1,
            metavar="PATIENTS",
            help="measure segments in the database at hand, which holds so many patients at least; nothing else",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, keep."""
        try:
            people = options["segments"]
            measures = web.measured() if people is None else segments.measured(people)
            lines = [measure.as_line() for measure in measures]
        except (web.NoServer, OddAnswer, segments.NoPatients) as error:
            raise CommandError(str(error)) from error
        kept = settings.VAR / "bench" / "latest.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("".join(f"{line}\n" for line in lines))
        self.stdout.write("\n".join(lines))

"""Measures what was promised in figures, and prints one JSON object a line."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.benching import building, crowds, imports, letters, people, segments, sending, sinks, web
from config.benching.asking import OddAnswer
from config.benching.measures import Measure
from config.touring.pages import StoryBroken

REFUSALS = (
    web.NoServer,
    OddAnswer,
    StoryBroken,
    segments.NoPatients,
    imports.PeopleThere,
    imports.NotTaken,
    letters.NoLetter,
    crowds.PeopleThere,
    sinks.NotCounted,
    building.NotTheSame,
)


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
            help="measure segments and the list of patients in the demo at hand, of so many patients at least; no more",
        )
        parser.add_argument(
            "--imports",
            type=int,
            nargs="?",
            const=imports.ROWS,
            metavar="ROWS",
            help="import so many invented rows a run into the database at hand, a demo or empty one; nothing else",
        )

        parser.add_argument(
            "--letters", action="store_true", help="measure the preview of a letter of the demo at hand; nothing else"
        )

        parser.add_argument(
            "--sending",
            type=int,
            nargs="?",
            const=sending.PEOPLE,
            metavar="PEOPLE",
            help="send letters from the database at hand, a demo or empty one, to so many at most; nothing else",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, keep."""
        try:
            if options["sending"] is not None:
                found = [*building.measured(), *sending.measured(options["sending"])]
            elif options["letters"]:
                found = letters.measured()
            else:
                found = _measured(options["segments"], options["imports"])
            lines = [measure.as_line() for measure in found]
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        kept = settings.VAR / "bench" / "latest.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("".join(f"{line}\n" for line in lines))
        self.stdout.write("\n".join(lines))


def _measured(at_least: int | None, rows: int | None) -> list[Measure]:
    if at_least is not None:
        return [*segments.measured(at_least), *people.measured()]
    return web.measured() if rows is None else imports.measured(rows)

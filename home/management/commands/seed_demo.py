"""Make the demo: Juniper Row in Port Ellery, relative to today."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.demo.seed import telling
from home.demo.seed.story import Size
from vault import surveying


class Command(BaseCommand):
    """Write the demo's practice into an empty database; one that stands already is left alone."""

    help = "Make the demo's practice, its people, offices, patients and a year of their history."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sizes."""
        default = Size()
        parser.add_argument("--patients", type=int, default=default.patients, help="how many patients (300)")
        parser.add_argument("--offices", type=int, default=default.offices, help="how many referring offices (25)")
        parser.add_argument("--months", type=int, default=default.months, help="months of history (12)")
        parser.add_argument("--seed", type=int, default=default.seed, help="the same seed tells the same story")

    def handle(self, *args: Any, patients: int, offices: int, months: int, seed: int, **options: Any) -> None:
        """Tell the story, once."""
        size = Size(patients=patients, offices=offices, months=months, seed=seed)
        if patients < 40 or offices < 6 or not 1 <= months <= 60:
            raise CommandError("The story needs at least 40 patients, 6 offices, and 1 to 60 months.")
        try:
            if telling.stands_already():
                self.stdout.write("The demo is here already.")
                return
        except telling.NotOurs as error:
            raise CommandError(
                "This database holds a practice that seed_demo did not make; nothing was changed."
            ) from error
        begun = time.monotonic()
        self.say(f"Making the demo: {patients} patients, {offices} offices, {months} months …")
        telling.tell(size, self.say)
        surveying.take_stock()
        self.say(f"The demo stands ({time.monotonic() - begun:.1f} s).")

    def say(self, line: str) -> None:
        """Print one line at once."""
        self.stdout.write(line)
        self.stdout.flush()

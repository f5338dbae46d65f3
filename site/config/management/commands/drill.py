"""Proves that nobody is lost and nobody gets a letter twice, whatever goes wrong while it is sent."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.drilling import splicing
from config.running.supervising import environment
from config.running.throwaway import NotDone, database, manage

NUMBERS = {
    "campaigns": (3, "how many letters are sent"),
    "faults": (60, "how many things go wrong in all"),
    "seed": (1, "what they are and when: the same seed is the same plan"),
    "workers": (2, "how many workers send at a time"),
    "nodes": (2, "on how many machines; each has a folder of its own for its notes"),
    "recipients": (300, "people of each letter; not everybody is to get it"),
}
FORGOTTEN = ("DATABASE_URL_FILE", "MAIL_URL", "BULK_MAIL_URL", "BROKER_URL", "CACHE_URL", "DEMO", "DEBUG")


class Command(BaseCommand):
    """Drill in a folder and a database of its own; the practice's are never touched."""

    help = "Send letters while everything goes wrong; exit code 1 where somebody is lost or gets one twice."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how much is played."""
        for name, (usual, words) in NUMBERS.items():
            parser.add_argument(f"--{name}", type=int, default=usual, metavar="N", help=f"{words} ({usual})")
        parser.add_argument(
            "--splice",
            type=int,
            default=0,
            metavar="N",
            help="compare so many spliced letters to Django's; no more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Drill, and print what became of everybody."""
        if options["splice"]:
            self.splice(options["splice"], options["seed"])
            return
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # the stage is taken down first
        for name in NUMBERS:
            if options[name] < (0 if name in {"faults", "seed"} else 1):
                raise CommandError(f"--{name} must be at least 1.")
        begun, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="goodword-drill-"))
        try:
            with database("drill") as database_url:
                found = self.play(folder, database_url, {name: options[name] for name in NUMBERS})
        except NotDone as error:
            raise CommandError(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        happened = found.pop("happened")
        happened |= {f"somebody {what}": times for what, times in found.pop("changed").items()}
        for what, times in sorted(happened.items()):
            self.stdout.write(f"  {times:3} times {what}")
        self.stdout.write(f"{json.dumps(found)}  ({time.monotonic() - begun:.0f} s)")
        if not found["good"]:
            raise CommandError("Somebody was lost, or got a letter twice, or too many are unknown.")

    def splice(self, number: int, seed: int) -> None:
        """Compare spliced letters to those that Django writes."""
        found = 0
        for wrong in splicing.wrongs(number, seed):
            self.stdout.write(wrong)
            found += 1
        self.stdout.write(json.dumps({"compared": number, "different": found, "seed": seed}))
        if found:
            raise CommandError("A spliced letter is not read as Django's.")

    def play(self, folder: Path, database_url: str, numbers: dict[str, int]) -> dict[str, Any]:
        """Return the account of a drill in a process that knows the throwaway database only."""
        env = environment(VAR_DIR=str(folder))
        for name in FORGOTTEN:
            env.pop(name, None)
        if database_url:
            env["DATABASE_URL"] = database_url
        manage(env, "migrate", "--verbosity", "0")
        asked = [f"--{name}={number}" for name, number in numbers.items()]
        said = subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "config.drilling", "--folder", str(folder / "drill"), *asked],
            env=env,
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        lines = said.stdout.splitlines()
        if said.returncode not in {0, 1} or not lines:
            raise CommandError(f"The drill itself broke off with {said.returncode}.")
        found: dict[str, Any] = json.loads(lines[-1])
        return found

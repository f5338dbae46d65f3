"""What is wrong with this installation, and what mends it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config import diagnosing
from journal.recording import record

DOORS = ("mail", "letters")


class Command(BaseCommand):
    """Look at everything; one line a finding, and under each fault the command that mends it."""

    help = "Say what is wrong with this installation, each line with the command that mends it. Exit code 1 if any."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the recording of an agreement."""
        parser.add_argument("--agree", choices=DOORS, help="Record that a door may be open, with --note.")
        parser.add_argument("--note", default="", help="The agreement, or why none is needed; no person's name.")

    def handle(self, *args: Any, agree: str | None = None, note: str = "", **options: Any) -> None:
        """Record an agreement where one is given; print the findings."""
        if agree:
            if not note.strip():
                raise CommandError("--agree needs --note: which agreement, of which date, or why none is needed.")
            with transaction.atomic():
                record(diagnosing.AGREED, subject=f"door:{agree}", by=None, note=note.strip()[:200])
        findings = diagnosing.examine()
        for finding in findings:
            mark = self.style.SUCCESS("ok  ") if finding.is_well else self.style.ERROR("MEND")
            self.stdout.write(f"{mark}  {finding.text}")
            if not finding.is_well:
                self.stdout.write(f"      → {finding.mend}")
        faults = sum(not finding.is_well for finding in findings)
        self.stdout.write("")
        if faults:
            self.stdout.write(f"{faults} to mend.")
            sys.exit(1)
        self.stdout.write("All is well.")

"""The tables of states: every state, action, role, and next state."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.following import tables


class Command(BaseCommand):
    """Print what may follow what: as a table to read, or as JSON for machines."""

    help = "Print the tables of cases, appointments, referrals, campaigns, dispatches, messages and imports."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="One JSON object: noun → list of lines.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        found = tables()
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=1, default=str))
            return
        for noun, lines in found.items():
            self.stdout.write(f"\n{noun}")
            for line in lines:
                implied = f" (first: {', '.join(line['implied'])})" if line.get("implied") else ""
                state = line["state"] or "(new)"
                self.stdout.write(f"  {state:<18} {line['action']:<18} {line['role']:<16} → {line['next']}{implied}")

"""Tells whether the journal is as it was written, and names the first batch and entry that is not."""

from __future__ import annotations

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal import sealing
from journal.models import SealedBatch
from journal.sealing import Head
from vault.keys import KeyMissing

HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class Command(BaseCommand):
    """Follows the chain of sealed batches from the first to the last."""

    help = "Check that no entry of the journal was altered, deleted or put in later. Exits 1 at the first that was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="name everything that does not hold, not only the first")
        parser.add_argument(
            "--head", default="", help="NUMBER:MAC as an earlier run printed it: that end must be there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and say how far the journal is sealed."""
        try:
            found = sealing.broken(expected=_head(options["head"]))
            for number, one in enumerate(found):
                self.stderr.write(f"BROKEN {one}")
                if not options["all"] or number >= 99:
                    raise CommandError("The journal is not as it was written.")
                options["is_broken"] = True
        except KeyMissing as missing:
            raise CommandError(str(missing)) from missing
        if options.get("is_broken"):
            raise CommandError("The journal is not as it was written.")
        batches, waiting = SealedBatch.objects.count(), sealing.unsealed().count()
        self.stdout.write(
            f"The journal is whole: {batches} sealed batches, {waiting} finished entries wait to be sealed."
        )
        if (head := sealing.head()) is not None:
            self.stdout.write(f"Head {head} (keep it elsewhere, and give it as --head next time)")


def _head(text: str) -> Head | None:
    if not text:
        return None
    found = HEAD.fullmatch(text.strip())
    if found is None:
        raise CommandError("--head takes NUMBER:MAC, as an earlier run printed it.")
    return Head(int(found[1]), found[2])

"""Write the reference pages of docs/ from the code, or say which are out of date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import describing


class Command(BaseCommand):
    """Write docs/reference/, or with --check only compare."""

    help = "Write docs/reference/ from the code; with --check, fail where a page is out of date."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where a page is out of date.")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Write or compare each page."""
        folder = settings.BASE_DIR / "docs" / "reference"
        wanted = describing.pages()
        standing = {path.name: path.read_text() for path in folder.glob("*.md")} if folder.exists() else {}
        stale = sorted(name for name in wanted.keys() | standing.keys() if wanted.get(name) != standing.get(name))
        if check and stale:
            raise CommandError(
                f"Out of date in docs/reference/: {', '.join(stale)}. `make reference` writes them again."
            )
        if check:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            if name in wanted:
                (folder / name).write_text(wanted[name])
            else:
                (folder / name).unlink()
        self.stdout.write(f"docs/reference/: {len(stale)} of {len(wanted)} pages written.")

"""Reads mail that came back, as a mail server hands it to a program or a folder keeps it."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from delivery.webhooks import hearing, returned_mail

LARGEST = 10 * 1024 * 1024  # bytes


class Command(BaseCommand):
    """Take reports of messages that came back; print how many there were."""

    help = (
        "Take mail that came back: one mail from the standard input (as a mail server pipes it), .eml and mbox files, "
        "or a Maildir. What is no report of a message of ours is passed over. Prints how many mails were read and how "
        "many reports were in them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where the mail is."""
        parser.add_argument("paths", nargs="*", type=Path, metavar="FILE", help="nothing or - for the standard input")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read each mail and keep what it says."""
        mails = told = 0
        for raw in _mails(options["paths"] or [Path("-")]):
            reports = returned_mail.reports_of(raw)
            hearing.take(reports)
            mails, told = mails + 1, told + len(reports)
        self.stdout.write(f"{mails} mails read, {told} reports in them.")


def _mails(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        if str(path) == "-":
            yield sys.stdin.buffer.read(LARGEST)
        elif path.is_dir():
            if not all((path / part).is_dir() for part in ("cur", "new", "tmp")):
                raise CommandError(f"{path} is a folder, but no Maildir: it has no cur, new and tmp.")
            yield from (mail.as_bytes() for mail in mailbox.Maildir(path, create=False))
        elif not path.is_file():
            raise CommandError(f"{path} is not there.")
        elif path.open("rb").read(5) == b"From ":
            yield from (mail.as_bytes() for mail in mailbox.mbox(path, create=False))
        else:
            yield path.open("rb").read(LARGEST)

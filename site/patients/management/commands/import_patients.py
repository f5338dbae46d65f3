"""Brings in a file of patients, appointments or procedures from another system."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from patients.importing import actions, telling
from patients.importing.refusals import FileRefused
from patients.importing.working import TakenOver, Work
from patients.models import Basis, ImportBatch
from patients.states import ImportState

BY = "system:import_patients"


class Command(BaseCommand):
    """Import a file; print what became of its rows."""

    help = (
        "Import patients, appointments or procedures from CSV or XLSX. Prints rows accepted, unchanged and rejected, "
        "each rejected row with its number (the header is row 1) and the reason. Exit code 0 if the file was read to "
        "its end; a refused file leaves nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and how to read it."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--map", metavar="FILE", type=Path, help="JSON: header → field; an empty field leaves out.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; save nothing.")
        parser.add_argument("--json", action="store_true", help="One JSON object instead of lines.")
        parser.add_argument(
            "--basis",
            choices=["may_object", "none"],
            default="may_object",
            help="On what letters to new people rest where the file says nothing; by default they may object.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, save, tell."""
        path: Path = options["file"]
        basis = Basis.MAY_OBJECT.value if options["basis"] == "may_object" else ""
        try:
            with _opened(path) as stream:
                batch = actions.take(
                    stream=stream,
                    name=path.name,
                    source=ImportBatch.Source.COMMAND,
                    by=BY,
                    map_=_map(options["map"]),
                    basis=basis,
                    is_strict=True,
                )
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        if options["dry_run"]:
            self._try(batch, as_json=options["json"])
        else:
            self._save(batch, as_json=options["json"])

    def _try(self, batch: ImportBatch, *, as_json: bool) -> None:
        """Check, tell, and leave nothing."""
        try:
            batch = actions.check(batch=batch, by=BY)
            work = Work(batch, assumes_month_first=True)
            work.go_on()
            self._tell(work.batch, as_json=as_json, is_dry=True)
        finally:
            telling.forget_wholly(batch)

    def _save(self, batch: ImportBatch, *, as_json: bool) -> None:
        batch = actions.start(batch=batch, by=BY, decides=False)
        try:
            work = Work(batch, assumes_month_first=True)
            work.go_on()
        except TakenOver as error:
            raise CommandError(f"Somebody else works on {batch.ref}; it goes on there.") from error
        self._tell(work.batch, as_json=as_json, is_dry=False)

    def _tell(self, batch: ImportBatch, *, as_json: bool, is_dry: bool) -> None:
        batch.refresh_from_db()
        told = telling.summary(batch)
        if as_json:
            rows = list(telling.rejections(batch))
            whole = {"import": "" if is_dry else batch.ref, "dry_run": is_dry, **told, "rejections": rows}
            self.stdout.write(json.dumps(whole, indent=1, ensure_ascii=False))
            return
        self.stdout.write(f"rows: {told['rows']} ({batch.get_kind_display()})")
        self.stdout.write(f"accepted: {told['accepted']} ({told['new']} new, {told['changed']} changed)")
        self.stdout.write(f"unchanged: {told['unchanged']}")
        if told["undecided"]:
            self.stdout.write(f"undecided: {told['undecided']} (may be somebody whom you have)")
        self.stdout.write(f"rejected: {told['rejected']}")
        for one in telling.rejections(batch):
            column = f"{one['column']}: " if one["column"] else ""
            self.stdout.write(f"  row {one['row']}: {column}{one['reason']}")
        if is_dry:
            self.stdout.write("Nothing was saved: this was a dry run.")
        elif batch.state == ImportState.IMPORTED:
            self.stdout.write(f"Saved as {batch.ref}.")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Give a file that can be read twice; what comes through a pipe is copied first."""
    source = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    with source:
        if source.seekable():
            yield source
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy)
            copy.seek(0)
            yield copy


def _map(path: Path | None) -> object:
    if path is None:
        return None
    try:
        found: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise FileRefused("map_shape") from error
    return found

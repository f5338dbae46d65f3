"""What the worker does for files: a while on each that is under way, the watched folder, and forgetting in time."""

from __future__ import annotations

import time
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.recording import record
from patients.importing import actions, blocks, mapping
from patients.importing.refusals import FileRefused
from patients.importing.undoing import Undoing
from patients.importing.working import TakenOver, Work
from patients.models import ImportBatch
from patients.models.imports import KEPT_FOR
from patients.states import AT_WORK, BEFORE_SAVING, ImportState
from practice.actions import NobodyHere, promise
from vault.keys import keyed_hash

log = structlog.get_logger(__name__)
SETTLED_FOR = 20.0  # seconds without a change: whoever writes a file into the folder has ended
ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xlsx"})
BY = "system:watched_folder"


def work(*, seconds: float) -> bool:
    """Go on with whatever is under way, the oldest first; return whether more is left.

    A file in trouble holds up no other; it is tried again at the next shift.

    Args:
        seconds: how long at most, give or take a block.
    """
    until = time.monotonic() + seconds
    for batch in ImportBatch.objects.filter(state__in=AT_WORK).order_by("taken_at", "pk"):
        try:
            is_done = _go_on(batch, until)
        except TakenOver:
            continue
        except Exception as error:
            log.exception("import.failed", batch=batch.ref, error=type(error).__name__)
            continue
        if not is_done or time.monotonic() >= until:
            return True
    return False


def _go_on(batch: ImportBatch, until: float) -> bool:
    if batch.state == ImportState.UNDOING:
        return Undoing(batch).go_on(until=until)
    nobody_asks = batch.source == ImportBatch.Source.COMMAND
    doing = Work(batch, assumes_month_first=nobody_asks)
    is_done = doing.go_on(until=until)
    if is_done and doing.batch.state == ImportState.CHECKED and batch.source == ImportBatch.Source.FOLDER:
        return not _let_in(doing.batch)
    return is_done


def folder() -> Path:
    """Return the watched folder: what is put there is taken by itself."""
    return Path(settings.VAR) / "imports"


def watch() -> int:
    """Take the files that were put into the watched folder and have settled; return how many."""
    place = folder()
    if not place.is_dir():
        return 0
    found = [path for path in sorted(place.iterdir()) if _is_ready(path)]
    for path in found:
        _take(path)
    return len(found)


def _is_ready(path: Path) -> bool:
    if (
        path.name.startswith((".", "~"))
        or path.suffix.lower() not in ENDINGS
        or path.is_symlink()
        or not path.is_file()
    ):
        return False
    state = path.stat()
    return state.st_size > 0 and time.time() - state.st_mtime >= SETTLED_FOR


def _take(path: Path) -> None:
    """Take one file: it leaves the folder whatever becomes of it, so that it is never taken twice."""
    try:
        with path.open("rb") as stream:
            batch = actions.take(stream=stream, name=path.name, source=ImportBatch.Source.FOLDER, by=BY)
    except FileRefused as refused:
        refused_place = folder() / "refused"
        refused_place.mkdir(mode=0o700, exist_ok=True)
        path.rename(refused_place / path.name)
        with transaction.atomic():
            record("import.refused", subject="import:folder", by=BY, why=refused.why)
        _promise(_("Import: a file in the watched folder was refused. %(why)s") % {"why": refused}, once=_now())
        return
    path.unlink()
    twin = ImportBatch.objects.filter(digest=batch.digest, state=ImportState.IMPORTED).exclude(pk=batch.pk)
    known = mapping.remembered(batch.columns)
    if known is None or known.lacking:
        _wait(batch)
        return
    actions.check(batch=batch, by=BY)
    log.info("import.taken", batch=batch.ref, again=twin.exists())


def _let_in(batch: ImportBatch) -> bool:
    """Begin to save what was checked where nothing needs a decision; else tell somebody that it waits."""
    if batch.asks or batch.questions.exists():
        _wait(batch)
        return False
    actions.start(batch=batch, by=BY)
    return True


def _wait(batch: ImportBatch) -> None:
    _promise(_("Import %(ref)s waits: something needs your decision") % {"ref": batch.ref}, once=batch.ref, about=batch)


def _promise(what: str, *, once: str, about: ImportBatch | None = None) -> None:
    try:
        promise(what=what[:200], by=BY, once=f"import:{once}", concerns=about)
    except NobodyHere:
        log.warning("import.nobody_to_tell")


def _now() -> str:
    return keyed_hash("import.refused", timezone.now().isoformat())[:16]


def tidy() -> int:
    """Delete the rows of files that are over for 30 days, and leave those that nobody let in; return how many."""
    limit = timezone.now() - KEPT_FOR
    old = ImportBatch.objects.filter(taken_at__lt=limit, forgotten_at__isnull=True).exclude(state__in=AT_WORK)
    count = 0
    for batch in old.order_by("taken_at")[:200]:
        if batch.state in BEFORE_SAVING:
            actions.drop(batch=batch, by=BY)
        else:
            blocks.forget(batch)
            ImportBatch.objects.filter(pk=batch.pk).update(forgotten_at=timezone.now())
            batch.findings.all().delete()
        count += 1
    return count + _forget_strays()


def _forget_strays() -> int:
    """Delete rows on disk that belong to no batch: what was being taken when the power went."""
    place = Path(settings.PRIVATE_ROOT) / "imports"
    if not place.is_dir():
        return 0
    day_ago = time.time() - 86_400
    old = {path.stem: path for path in place.iterdir() if path.stat().st_mtime < day_ago}
    known = {str(pk) for pk in ImportBatch.objects.filter(forgotten_at__isnull=True).values_list("pk", flat=True)}
    strays = [path for name, path in old.items() if name not in known or path.suffix]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)

"""A database that was put back from a backup forgot which letters left: then nothing leaves until somebody has looked.

Each machine keeps, beside its spool, the moment at which it last settled a letter. A database in which nothing was
settled since is older than its own machine.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery.models import Dispatch, Message
from delivery.steps import hold

log = structlog.get_logger(__name__)
_looked: set[Path] = set()


def note(moment: datetime) -> None:
    """Keep that letters were settled, no earlier than at a moment; a disk that is full keeps what it had.

    Args:
        moment: by this machine's clock, as the rows have it.
    """
    mark = _mark()
    with suppress(OSError):
        unseen = mark.with_suffix(".new")
        unseen.write_text(moment.isoformat())
        unseen.rename(mark)


def look() -> int:
    """Hold everything that is under way where the database is older than this machine; asked once in a process.

    Returns:
        How many were held.
    """
    mark = _mark()
    if mark in _looked:
        return 0
    moment, held = _noted(mark), 0
    if moment is not None and not Message.objects.filter(settled_at__gte=moment).exists():
        words = _("The database is older than the letters that left. Some may have been sent already: look first.")
        for dispatch in Dispatch.objects.running():
            held += hold(dispatch=dispatch, trouble=words)
        log.warning("delivery.database_is_older", dispatches=held)
        mark.unlink(missing_ok=True)  # somebody is asked once
    _looked.add(mark)
    return held


def _mark() -> Path:
    return Path(settings.SPOOL_ROOT) / "settled"


def _noted(mark: Path) -> datetime | None:
    try:
        moment = datetime.fromisoformat(mark.read_text())
    except (OSError, ValueError):
        return None
    return moment if timezone.is_aware(moment) else None

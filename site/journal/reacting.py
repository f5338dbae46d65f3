"""News flows up: higher floors react to entries after commit, at least once, each isolated from its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from journal.models import Entry, Reaction

log = structlog.get_logger(__name__)

Handler = Callable[[Entry], None]
GIVE_UP_AFTER = 12


class Unknown(LookupError):
    """This code has no such reaction: it is older than the news, or a reaction was renamed while news waited."""


_handlers: dict[str, dict[str, tuple[Handler, timedelta]]] = defaultdict(dict)


def on(*verbs: str, after: timedelta = timedelta(0)) -> Callable[[Handler], Handler]:
    """Register a reaction, as `@on("case.accepted")`.

    Args:
        verbs: the entries it reacts to.
        after: how long to wait; notices wait 60 s, so that an undo takes them back.

    The function takes the entry, must be idempotent, and runs in the worker in a transaction of its own.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        for verb in verbs:
            _handlers[verb][name] = (handler, after)
        return handler

    return register


def plan(entry: Entry) -> None:
    """Write one row per reaction to `entry`, in its transaction, and hint to the worker after commit."""
    handlers = _handlers.get(entry.verb)
    if not handlers:
        return
    Reaction.objects.bulk_create(
        [Reaction(entry=entry, name=name, due_at=entry_due(after)) for name, (_, after) in handlers.items()]
    )
    if any(not after for _, after in handlers.values()):
        transaction.on_commit(lambda: _hint(str(entry.pk)), robust=True)


def entry_due(after: timedelta) -> datetime:
    """Return when a reaction planned now is due."""
    return timezone.now() + after


def _hint(entry_id: str) -> None:
    """Tell the worker; a broker that is away does no harm, since the sweep finds the row."""
    from journal.tasks import react

    try:
        react.apply_async(args=(entry_id,), retry=False)
    except Exception as error:
        log.warning("journal.hint_lost", error=type(error).__name__)


def run_due(entry_id: str | None = None, *, limit: int = 500) -> int:
    """Run reactions that are due, of one entry or of all; return how many were done.

    Each runs in its own transaction with its row locked; a failure is kept as its class name with a later due time
    (2^n seconds, at most an hour) and harms no other. After 12 tries it rests for a person to look at. One that this
    code does not know fails likewise, since a newer worker beside this one may know it.
    """
    due = Reaction.objects.filter(done_at__isnull=True, due_at__lte=timezone.now(), tries__lt=GIVE_UP_AFTER)
    if entry_id:
        due = due.filter(entry_id=entry_id)
    done = 0
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit]):
        done += _run_one(pk)
    if not connection.in_atomic_block:
        close_old_connections()
    return done


def _run_one(pk: int) -> int:
    try:
        with transaction.atomic():
            rows = Reaction.objects.select_related("entry").filter(
                pk=pk, done_at__isnull=True, due_at__lte=timezone.now()
            )
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(of=("self",), skip_locked=True)
            reaction = rows.first()
            if reaction is None:
                return 0
            found = _handlers.get(reaction.entry.verb, {}).get(reaction.name)
            if found is None:
                raise Unknown(reaction.name)
            found[0](reaction.entry)
            reaction.done_at = timezone.now()
            reaction.trouble = ""
            reaction.save(update_fields=["done_at", "trouble"])
            return 1
    except Exception as error:
        log.exception("journal.reaction_failed", reaction=pk)
        with transaction.atomic():
            failed = Reaction.objects.select_for_update().filter(pk=pk, done_at__isnull=True).first()
            if failed is None:  # another worker has done it meanwhile
                return 0
            failed.tries += 1
            failed.trouble = type(error).__name__[:128]
            failed.due_at = timezone.now() + timedelta(seconds=min(2**failed.tries, 3600))
            failed.save(update_fields=["tries", "trouble", "due_at"])
        return 0

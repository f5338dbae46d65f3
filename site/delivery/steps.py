"""The steps of a dispatch from state to state, each one guarded UPDATE that its table of states allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from delivery.models import Dispatch
from delivery.states import DISPATCH_TRANSITIONS, sources, target
from journal.recording import record


def moved(dispatch: Dispatch, action: str, also: Mapping[str, Any] | None = None, **only: Any) -> bool:
    """Take one step of the table; return whether this call was the one that took it.

    Args:
        action: of the table.
        also: what else is written with it.
        only: what must hold besides the state.
    """
    standing = Dispatch.objects.filter(pk=dispatch.pk, state__in=sources(DISPATCH_TRANSITIONS, action), **only)
    return bool(standing.update(state=target(DISPATCH_TRANSITIONS, action), **(also or {})))


def run_when_whole(dispatch: Dispatch) -> bool:
    """Let what is sent and has its whole audience run on to its end; return whether this call did."""
    return moved(dispatch, "frozen", frozen_at__isnull=False)


@transaction.atomic
def hold(*, dispatch: Dispatch, trouble: str) -> bool:
    """Stop it by ourselves until somebody has looked; workers stop at their next checkpoint, as after a pause.

    Args:
        trouble: why, for those who send: in plain words, and without anybody's name or address.

    Returns:
        Whether this call stopped it; what is paused, held or over stays as it is.
    """
    if not moved(dispatch, "hold", {"trouble": trouble[:200]}):
        return False
    record("dispatch.held", subject=dispatch, by=None, trouble=trouble[:200])
    dispatch.refresh_from_db()
    return True

"""Settles what nobody knew, once somebody does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from delivery import hints, ledger
from delivery.arms import HELD
from delivery.models import Dispatch, Message
from delivery.states import DISPATCH_TRANSITIONS, DispatchState, MessageState, sources
from delivery.steps import moved

NOT_THERE = "not_there"


def was_taken(ids: Iterable[UUID]) -> int:
    """Settle those of these messages of which nobody knew as accepted; return how many there were.

    Whatever is told of a message, be it that it came back, proves that the server to which we spoke had taken it.
    """
    rows = Message.objects.filter(pk__in=list(ids), state=MessageState.UNKNOWN)
    return rows.update(state=MessageState.ACCEPTED, reason="", lease=None, content=None)


def found_there(message: Message) -> bool:
    """Settle one of which nobody knew as accepted, since somebody asked its reader; return whether nobody knew."""
    return bool(was_taken([message.pk]))


def found_missing(message: Message) -> bool:
    """Settle one of which nobody knew as failed, since somebody asked its reader; return whether nobody knew."""
    rows = Message.objects.filter(pk=message.pk, state=MessageState.UNKNOWN)
    return bool(rows.update(state=MessageState.FAILED, reason=NOT_THERE, lease=None, content=None))


def once_more(message: Message) -> bool:
    """Let one wait again of which nobody knows, or that was found missing: it may come twice, and somebody wants that.

    Its Message-ID stays, so that a mail program may know a repeat. What was canceled stays.
    """
    found_out = {"state": MessageState.FAILED, "reason": NOT_THERE}
    rows = Message.objects.filter(pk=message.pk).exclude(dispatch__state=DispatchState.CANCELLED)
    return _wait_again(rows.filter(state=MessageState.UNKNOWN)) + _wait_again(rows.filter(**found_out)) > 0


def the_rest(dispatch: Dispatch) -> int:
    """Let those of a dispatch that ended wait again who were never reached: whose servers were busy to the last.

    They are the rows of this very dispatch, so whoever got it can get nothing twice. Return how many there were.
    """
    if dispatch.state not in sources(DISPATCH_TRANSITIONS, "reopen"):
        return 0
    return _wait_again(unreached(dispatch))


@transaction.atomic
def take_cancel_back(dispatch: Dispatch) -> int:
    """Let those wait again whom a cancel left out: of this very dispatch, so nobody gets it twice; return how many.

    One that was canceled while it was collected stays canceled: nobody knows any more who else was meant. Where two
    arms were not compared yet, the rest waits for that once more.
    """
    stopped = unreached(dispatch)
    if not stopped.exists() or not moved(dispatch, "send_rest", {"ended_at": None}):
        return 0
    if not dispatch.holds_rest:
        return _wait_again(stopped)
    in_arms = _wait_again(stopped.filter(variant__contains="~"))
    return in_arms + _wait_again(stopped, at=HELD)


def unreached(dispatch: Dispatch) -> QuerySet[Message]:
    """Return the messages of a dispatch that were given up, although no server refused them for good.

    Of one that was canceled these are those whom that left out; nobody where it was canceled while it was collected.
    """
    if dispatch.state != DispatchState.CANCELLED:
        return dispatch.messages.filter(state=MessageState.FAILED, reason__startswith=ledger.GIVEN_UP).order_by()
    stopped = dispatch.messages if dispatch.frozen_at else dispatch.messages.none()
    return stopped.filter(state=MessageState.SKIPPED, reason=ledger.CANCELLED).order_by()


def _wait_again(rows: QuerySet[Message], *, at: datetime | None = None) -> int:
    at = at or timezone.now()
    back = rows.update(state=MessageState.QUEUED, reason="", attempts=0, lease=None, next_try_at=at, settled_at=None)
    if back:
        ledger.reopen_finished()
        hints.work_waits()
    return back

"""Two arms of a dispatch that are compared before everybody else gets it: who is in which, and letting the rest go.

Who is in an arm follows from the Message-ID, a keyed hash of address and occasion: it is drawn anew for each letter,
spread evenly, and the database reckons it while it freezes. The rest waits at a moment that never comes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Case, DateTimeField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Left
from django.db.models.lookups import LessThan
from django.utils import timezone

from delivery import hints
from delivery.models import Dispatch, Message
from delivery.states import MessageState
from delivery.ways import ARMS, SECOND, arm_of, without_arm

HELD = datetime(9999, 1, 1, tzinfo=UTC)
DIGITS = 4
WHOLE: int = 16**DIGITS


def sized(share: float) -> int:
    """Return the size of an arm that takes a share of everybody, as a dispatch keeps it."""
    return int(share * WHOLE)


def drawn(dispatch: Dispatch, way: Combinable, name: Combinable) -> tuple[Combinable, Combinable]:
    """Return the name of a row's way with its arm, and when it is tried: at once, or once the arms were compared.

    Args:
        dispatch: with the size of its arms.
        way: the name as the rules and the language make it.
        name: the first part of the Message-ID.
    """
    lot = Left(name, DIGITS)
    edges = [Value(f"{dispatch.arm_size * place:0{DIGITS}x}") for place in (1, 2)]
    arm = Case(*(When(LessThan(lot, edge), then=Value(arm)) for edge, arm in zip(edges, ARMS, strict=True)))
    at_once = When(LessThan(lot, edges[1]), then=Value(timezone.now(), output_field=DateTimeField()))
    return Concat(way, arm), Case(at_once, default=Value(HELD, output_field=DateTimeField()))


def names(ways: set[str]) -> set[str]:
    """Return in what ways a letter with two arms is written, given those that occur: each for both, and for the rest.

    The way of whoever meets no rule has no name, and is written already.
    """
    bare = {without_arm(way) for way in ways} | {""}
    return (bare | {f"{way}{arm}" for way in bare for arm in ARMS}) - {""}


def are_through(dispatch: Dispatch) -> bool:
    """Return whether everybody in an arm had their turn; one whose server is too busy for it keeps nobody waiting."""
    if not dispatch.frozen_at:
        return False
    first_turn = Q(state=MessageState.QUEUED, next_try_at__lt=HELD) | Q(state=MessageState.CLAIMED)
    return not Message.objects.filter(first_turn, dispatch=dispatch).exists()


def accepted(dispatch: Dispatch) -> dict[str, int]:
    """Return how many letters of each arm arrived; to be asked before the rest goes, while these are few."""
    arrived = dispatch.messages.filter(state=MessageState.ACCEPTED)
    return {arm: arrived.filter(variant__endswith=arm).count() for arm in ARMS}


@transaction.atomic
def let_go(dispatch: Dispatch, *, arm: str) -> bool:
    """Let everybody else get the letter as one arm got it; return whether this call did.

    One row changes, and not a million.

    Args:
        arm: of ARMS.

    Raises:
        ValueError: when its audience is not whole: it would be written in two ways.
    """
    standing = Dispatch.objects.select_for_update().get(pk=dispatch.pk)
    if not standing.frozen_at:
        raise ValueError(f"The audience of {standing.ref} is not whole.")
    if not standing.holds_rest:
        return False
    written = {variant.name: variant for variant in standing.variants.all()}
    if arm == SECOND:
        standing.letter = written[SECOND].letter
        for name, variant in written.items():
            if name and not arm_of(name):
                variant.letter = written[f"{name}{SECOND}"].letter
                variant.save(update_fields=["letter"])
    standing.holds_rest = False
    standing.save(update_fields=["letter", "holds_rest"])
    dispatch.refresh_from_db()
    hints.work_waits()
    return True

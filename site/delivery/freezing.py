"""Freezes an audience into the ledger, inside the database: the first addresses at once, all others in slices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate, batched, chain
from typing import Any

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    StringAgg,
    Sum,
    TextField,
    Value,
    Window,
)
from django.db.models.expressions import RowRange
from django.db.models.functions import Cast, Concat, Left, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery import arms, audiences, hints, rendering, staging
from delivery.audiences import Asked
from delivery.clicks.letters import counted
from delivery.ledger import ID_DIGITS, own_and_theirs
from delivery.models import Dispatch, Freezing, Half, Message, Slice, Variant
from delivery.points import Point, reached
from delivery.staging import Meant
from delivery.states import DispatchState
from delivery.steps import hold, run_when_whole
from delivery.ways import Naming, arm_of
from journal.recording import record
from patients.models import ContactPoint
from vault.inserting import Digest, RisingIds, fill, insert_found, settle, stand_up, take_away

log = structlog.get_logger(__name__)

FIRST = 1_000  # addresses that are frozen with the click: a worker sends to them while the others are asked
SLICE = 50_000  # people whose rows are written in one transaction
NAMED = 5_000  # people of one question
COLLECTED = (DispatchState.FREEZING, DispatchState.PAUSED)  # a pause holds letters, and not who gets them


class Over(Exception):
    """The dispatch was canceled meanwhile: what was written goes back."""


class Dropped(RuntimeError):
    """Somebody who is meant would have no row: what was written goes back."""


@transaction.atomic
def begin(dispatch: Dispatch, asked: Asked, question: Mapping[str, Any] | None = None) -> None:
    """Write the rows of the first addresses; of a small practice these are all.

    Addresses go by their hashes, which are keyed and spread evenly: whoever shares a mailbox is in the same slice.

    Args:
        dispatch: it is being opened: no row of its stands yet.
        asked: whom it is for, and in what ways it is written.
        question: what it takes to ask the others the same, later.
    """
    domain = rendering.sender().domain
    edge = _edge(dispatch.channel)
    own, theirs = own_and_theirs(dispatch.channel, asked.readers)
    if edge:
        own, theirs = own.filter(address_hash__lt=edge), theirs.filter(address_hash__lt=edge)
        work = Freezing.objects.create(
            dispatch=dispatch,
            question=dict(question or {}),
            domain=domain,
            marks=asked.ways.naming.marks,
            languages=sorted(asked.ways.languages),
            frozen_to=edge,
        )
        _begin_to_ask(work)
    with staging.asked((own, theirs), asked.ways):
        rows = _Rows(dispatch, domain, asked.ways.naming)
        dispatch.letters = rows.write(Meant.objects.all())
    rows.write_letters(lambda: asked)
    dispatch.save(update_fields=["letters"])
    if not edge:
        _is_whole(dispatch)


def go_on() -> bool:
    """Do the next piece of the oldest audience that is not whole; return whether there was one that nobody else does.

    Workers who call it at once work side by side. A crash leaves each piece done or not done.
    """
    waiting = Freezing.objects.filter(dispatch__state__in=COLLECTED).select_related("dispatch").order_by("dispatch")
    for work in waiting:
        try:
            if _ask(work) or _part(work) if not work.is_asked else _write(work) or _complete(work):
                hints.work_waits()
                return True
        except Over:
            continue
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("delivery.not_frozen", dispatch=work.dispatch.ref)
            words = _("Not everybody who gets it could be collected (%(error)s).") % {"error": type(error).__name__}
            hold(dispatch=work.dispatch, trouble=words)
    return False


def freeze_all(dispatch: Dispatch) -> None:
    """Freeze what is left of one audience here and now, without waiting for a worker."""
    while (work := Freezing.objects.filter(dispatch=dispatch).select_related("dispatch").first()) is not None:
        if not (_ask(work) or _part(work) if not work.is_asked else _write(work) or _complete(work)):
            break
    dispatch.refresh_from_db()


def waits() -> bool:
    """Return whether somebody is still to be collected."""
    return Freezing.objects.filter(dispatch__state__in=COLLECTED).exists()


@transaction.atomic
def clear() -> None:
    """Forget what was canceled while it was collected, and the tables that nobody needs any more."""
    Freezing.objects.filter(dispatch__state=DispatchState.CANCELLED).delete()
    staging.take_away_all_but(set(Freezing.objects.values_list("pk", flat=True)))


def _edge(channel: str) -> str:
    """Return the hash below which the first addresses lie; "" where there are no others."""
    hashes = ContactPoint.objects.filter(channel=channel, is_primary=True).order_by("address_hash")
    return hashes.values_list("address_hash", flat=True)[FIRST:].first() or ""


def _begin_to_ask(work: Freezing) -> None:
    """Make the table empty, and the two halves of the question open."""
    table = staging.standing(work.dispatch_id)
    take_away(table)
    stand_up(table)
    work.halves.all().delete()
    Half.objects.bulk_create(Half(freezing=work, whom=whom) for whom in Half.Whom)


def _ask(work: Freezing) -> bool:
    """Ask a half of who else is meant that nobody else asks; return whether there was one."""
    with transaction.atomic():
        open_halves = work.halves.filter(people=None).select_related("freezing__dispatch")
        half = _locked(open_halves.order_by("whom")).first()
        if half is None:
            return False
        mine, dispatch = half.freezing, half.freezing.dispatch
        if not staging.stands(dispatch.pk):
            _begin_to_ask(mine)
            return True
        asked = audiences.of(dispatch)
        own, theirs = own_and_theirs(dispatch.channel, asked.readers)
        is_own = half.whom == Half.Whom.OWN
        others = (own if is_own else theirs).filter(address_hash__gte=mine.frozen_to)
        half.people = fill(staging.standing(dispatch.pk), staging.half(others, asked.ways, is_own=is_own))
        half.save(update_fields=["people"])
        reached(Point.FREEZING)
    return True


def _part(work: Freezing) -> bool:
    """Part those who are meant into slices, once both halves were asked; one that somebody is asking is still open."""
    with transaction.atomic():
        mine = _mine(work)
        if mine is None or mine.is_asked or mine.halves.filter(people=None).exists():
            return False
        table = staging.standing(mine.dispatch_id)
        people = mine.halves.aggregate(people=Sum("people"))["people"]
        if not staging.stands(mine.dispatch_id) or table.objects.count() != people:
            log.warning("delivery.asks_again", dispatch=mine.dispatch.ref)
            _begin_to_ask(mine)
            return True
        settle(table)
        _pass_over_named(mine.dispatch, table)
        Slice.objects.bulk_create(_slices(mine, table.objects.all()))
        mine.is_asked = True
        mine.save(update_fields=["is_asked"])
        reached(Point.FREEZING)
    return True


def _pass_over_named(dispatch: Dispatch, table: type[staging.Person]) -> None:
    """Take out whoever is named in a row already: their address changed since the click, and they moved between slices.

    They would get it twice; or the database would refuse the row of the mailbox that they share now, and with it all
    others who read there.
    """
    rows = dispatch.messages.order_by().values_list("reader_id", "also").iterator()
    for some in batched(chain.from_iterable((first, *others) for first, others in rows), NAMED):
        table.objects.filter(pk__in=some).delete()


def _slices(work: Freezing, meant: QuerySet[Any]) -> list[Slice]:
    """Return the slices of those who are meant: each as many whole parts as make up its size."""
    counted = list(meant.values_list("part").annotate(people=Count("*")).order_by("part"))
    befores = accumulate((people for _part, people in counted), initial=0)
    slices: dict[int, Slice] = {}
    for (part, _people), before in zip(counted, befores, strict=False):
        slices.setdefault(before // SLICE, Slice(freezing=work, low=part)).high = part
    return list(slices.values())


def _write(work: Freezing) -> bool:
    """Write one slice that nobody else writes; return whether there was one."""
    with transaction.atomic():
        piece = _locked(work.slices.order_by("low")).first()
        if piece is None:
            return False
        dispatch = work.dispatch
        meant = None
        if staging.stands(dispatch.pk):
            meant = staging.standing(dispatch.pk).objects.filter(part__gte=piece.low, part__lte=piece.high)
        if meant is None or not meant.exists():  # nobody fills the table any more: all of it is there, or nothing
            _ask_again(work)
            return True
        rows = _Rows(dispatch, work.domain, Naming(work.marks, frozenset(work.languages)))
        number = rows.write(meant)
        rows.write_letters(lambda: audiences.of(dispatch))
        piece.delete()
        reached(Point.FREEZING)
        standing = Dispatch.objects.filter(pk=dispatch.pk).exclude(state=DispatchState.CANCELLED)
        if not standing.update(letters=F("letters") + number):
            raise Over
    return True


def _ask_again(work: Freezing) -> None:
    """Begin again where the first slice that is not written begins: PostgreSQL emptied the table when it crashed."""
    log.warning("delivery.asks_again", dispatch=work.dispatch.ref)
    first = work.slices.order_by("low").values_list("low", flat=True)[0]
    work.slices.all().delete()
    Freezing.objects.filter(pk=work.pk).update(is_asked=False, frozen_to=max(first, work.frozen_to))
    _begin_to_ask(work)


def _complete(work: Freezing) -> bool:
    """End the freezing when the last slice is written; one that somebody is writing still counts."""
    with transaction.atomic():
        mine = _mine(work)
        if mine is None or not mine.is_asked or mine.slices.exists():
            return False
        dispatch = mine.dispatch
        take_away(staging.standing(dispatch.pk))
        mine.delete()
        _is_whole(dispatch)
        run_when_whole(dispatch)
        if not dispatch.letters:
            hold(dispatch=dispatch, trouble=_("Nobody would get it."))
    return True


def _is_whole(dispatch: Dispatch) -> None:
    dispatch.frozen_at = timezone.now()
    dispatch.save(update_fields=["frozen_at"])
    record("dispatch.frozen", subject=dispatch, by=None, messages=dispatch.letters)


def _mine(work: Freezing) -> Freezing | None:
    """Return it as it stands now, for this worker alone; None when another has it, or it is done."""
    return _locked(Freezing.objects.filter(pk=work.pk).select_related("dispatch")).first()


def _locked[Rows: QuerySet[Any]](rows: Rows) -> Rows:
    """Pass over what another worker has; on SQLite there is one at a time who writes."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


class _Rows:
    """The rows of one transaction."""

    def __init__(self, dispatch: Dispatch, domain: str, naming: Naming) -> None:
        self.dispatch, self.naming, self.ids = dispatch, naming, RisingIds()
        self.now = timezone.now()
        self.name = name = Left(Digest(Concat(Value(f"{dispatch.occasion}:"), "address_hash")), ID_DIGITS)
        self.always: dict[str, Any] = {
            "dispatch": dispatch.pk,
            "channel": dispatch.channel,
            "purpose": dispatch.purpose,
            "topic": dispatch.topic,
            "queued_at": self.now,
            "content": None,
            "reader": F("reader"),
            "language": F("language"),
            "address": F("address"),
            "address_hash": F("address_hash"),
            "message_id": Concat(name, Value(f"@{domain}"), output_field=CharField()),
        }

    def write(self, meant: QuerySet[Any]) -> int:
        """Write a row for each address of those who are meant; return how many.

        Whose address changed between two slices, or was asked twice, has a row already and gets no second one.

        Raises:
            Dropped: when a row was passed over for any other reason; the database does not say which key it met.
        """
        try:
            with transaction.atomic():
                return self._write(meant, is_doubtful=False)
        except IntegrityError:
            number = self._write(meant, is_doubtful=True)
        rows = Message.objects.filter(dispatch=self.dispatch)
        stands = Q(Exists(rows.filter(reader=OuterRef("reader"))))
        stands |= Q(Exists(rows.filter(address_hash=OuterRef("address_hash"))))
        if meant.exclude(stands).exists():
            raise Dropped
        return number

    def _write(self, meant: QuerySet[Any], *, is_doubtful: bool) -> int:
        """Write each address at which somebody is meant: the first of them by key, and the others as a list."""
        whole: dict[str, Any] = {"partition_by": F("address_hash"), "order_by": F("reader")}
        others = StringAgg(Cast("reader", CharField()), Value(", "))
        first = meant.annotate(
            place=Window(RowNumber(), **whole),
            others=Window(others, frame=RowRange(start=1), **whole),
            all_marks=Window(StringAgg("marks", Value("")), frame=RowRange(), **whole),
        )
        listed = Concat(Value("["), "others", Value("]"), output_field=TextField())
        way = self.naming.named_by("all_marks")
        variant, next_try_at = arms.drawn(self.dispatch, way, self.name) if self.dispatch.arm_size else (way, self.now)
        return insert_found(
            Message,
            first.filter(place=1),
            is_doubtful=is_doubtful,
            id=self.ids.each(),
            also=Cast(listed, JSONField()),
            variant=variant,
            next_try_at=next_try_at,
            **self.always,
        )

    def write_letters(self, ask: Callable[[], Asked]) -> None:
        """Write the letter in the ways that occur in these rows, each once."""
        if not (self.naming.marks or self.naming.languages or self.dispatch.arm_size):
            return
        mine = Message.objects.filter(pk__range=self.ids.ends).exclude(variant="")  # by key alone: quick in any ledger
        names = set(mine.order_by().values_list("variant", flat=True).distinct())
        if self.dispatch.arm_size:
            names = arms.names(names)
        names -= set(self.dispatch.variants.values_list("name", flat=True))
        written = ask().written if names else None
        if written is None:
            return
        for name in sorted(names):  # in one order, so that two workers never wait for each other
            letter = counted(self.dispatch, written(name), arm=arm_of(name)).as_json()
            Variant.objects.get_or_create(dispatch=self.dispatch, name=name, defaults={"letter": letter})

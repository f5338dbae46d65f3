"""What we sent to a patient: shown and handed over with the record, and emptied when it is erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from content import merge as slots
from delivery import outbox
from delivery.models import Message, MessageQuerySet
from delivery.states import OPEN, MessageState
from patients.models import ContactPoint
from patients.moving import Moves
from patients.reasons import REASONS
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper, rows_before

GONE = "erased"
REFUSED = (MessageState.FAILED, MessageState.SKIPPED)


def _rows(person: Person) -> MessageQuerySet:
    return Message.objects.filter(reader__in=person.readers)


def _letters(person: Person) -> MessageQuerySet:
    return _rows(person).filter(dispatch__isnull=False)


def _singles(person: Person) -> MessageQuerySet:
    return _rows(person).filter(dispatch__isnull=True)


def _letter_lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for one in rows_before(_letters(person).select_related("dispatch"), "queued_at", before, limit):
        subject = slots.with_fallbacks(str(one.dispatch.letter.get("subject", ""))) if one.dispatch else ""
        yield Line(one.queued_at, Tab.LETTERS, "mail", f"“{subject}”", one.get_state_display())


def _single_lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for one in rows_before(_singles(person), "queued_at", before, limit):
        what = _("We wrote: %(channel)s, %(purpose)s")
        title = what % {"channel": one.get_channel_display(), "purpose": one.get_purpose_display()}
        yield Line(one.queued_at, Tab.MESSAGES, "mail", title, one.get_state_display())


def export(person: Person) -> Iterable[Table]:
    """Hand over what we sent, to which address, and what became of it."""
    rows = _rows(person).select_related("dispatch").order_by("queued_at", "pk")
    yield Table(
        "messages",
        ["reference", "at", "channel", "purpose", "address", "subject", "state"],
        [
            [
                *(one.ref, day_of(one.queued_at), one.channel, one.purpose, one.address),
                *(str(one.dispatch.letter.get("subject", "")) if one.dispatch else "", one.state),
            ]
            for one in rows.iterator(chunk_size=500)
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell of messages: the ledger's lines stay and add up, without an address, a name or a word."""
    points = ContactPoint.objects.filter(reader__in=person.readers)
    others = ContactPoint.objects.filter(address_hash=OuterRef("address_hash")).exclude(reader__in=person.readers)
    own = set(points.exclude(Exists(others)).values_list("address_hash", flat=True))
    every = set(points.values_list("address_hash", flat=True))
    rows = Message.objects.filter(Q(reader__in=person.readers) | Q(reader=None, address_hash__in=own))
    yield Part(_("Addresses and words of what we sent"), Kept.GOES, rows.count(), lambda: _empty(rows, every))


def _empty(theirs: MessageQuerySet, hashes: set[str]) -> None:
    """Empty the ledger's lines and take the mails themselves out of the outbox, those of shared mailboxes as well.

    Files go before the transaction ends: what was read there is rather lost by a crash than left by one.
    """
    now = timezone.now()
    rows = Message.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)))
    outbox.remove(
        Message.objects.filter(Q(pk__in=rows) | Q(address_hash__in=hashes)).values_list("message_id", flat=True)
    )
    rows.filter(state__in=OPEN).update(
        state=MessageState.SKIPPED, next_try_at=None, settled_at=now, reason=GONE, lease=None
    )
    in_words = rows.exclude(reason__in=["", *REASONS])
    in_words.filter(state__in=REFUSED).update(reason=GONE)
    in_words.exclude(state__in=REFUSED).update(reason="")
    rows.update(address="", content=None, reader=None, also=[])


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Move messages; of a letter that both got, each keeps their own line on their own reader."""
    ours, theirs = into.patient.reader_id, gone.patient.reader_id
    both = Message.objects.filter(reader=ours, dispatch__isnull=False).values("dispatch")
    doubled = Message.objects.filter(reader=theirs, dispatch__in=both)
    moves.move(
        Message.objects.filter(reader=theirs).exclude(pk__in=list(doubled.values_list("pk", flat=True))), "reader", ours
    )
    for one in doubled.filter(state__in=OPEN):
        moves.change(one, state=MessageState.SKIPPED, next_try_at=None, settled_at=timezone.now(), reason="merged")
    shared = ContactPoint.objects.filter(reader__in=[ours, theirs]).values("address_hash")
    beside = ContactPoint.objects.filter(address_hash__in=shared).values("reader")
    for one in Message.objects.filter(reader__in=beside).exclude(also=[]):
        if theirs in one.also:
            kept = [pk for pk in one.also if pk != theirs]
            add = [] if ours in {*kept, one.reader_id} else [ours]
            moves.change(one, also=[*kept, *add])


keeper(
    "delivery.messages",
    models=("delivery.Message",),
    show=(
        Shelf(Tab.LETTERS, lambda person: _letters(person).count(), _letter_lines),
        Shelf(Tab.MESSAGES, lambda person: _singles(person).count(), _single_lines),
    ),
    export=export,
    erase=erase,
    merge=merge,
)

"""A sending letter by letter: whose each is, where it stands, why; for a page, and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from delivery.models import REF, Message
from delivery.states import MessageState
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.results import reason_of
from patients.importing.leaving import harmless
from patients.models import Reader
from vault import refs

A_PAGE = 50
MOST_FOUND = 500  # readers of one name
CHUNK = 1_000


@dataclass(frozen=True)
class Asked:
    """What somebody looks for among the letters; what it cannot be is nothing."""

    q: str = ""
    state: str = ""
    after: str = ""
    with_names: bool = True

    @classmethod
    def of(cls, query: QueryDict, *, with_names: bool) -> Asked:
        """Return what an address asks for; nobody looks for a name who may not know names."""
        words = " ".join(query.get("q", "").replace("\0", "").split())[:100] if with_names else ""
        state, after = query.get("state", ""), query.get("after", "")
        is_state, is_name = state in MessageState.values, after.startswith(REF)
        return cls(words, state if is_state else "", after if is_name else "", with_names)


@dataclass(frozen=True)
class Line:
    """One letter."""

    letter: Message
    name: str
    also: int
    reason: str | Promise

    @property
    def state(self) -> str | Promise:
        """Return where it stands, in words."""
        return MessageState(self.letter.state).label


@dataclass(frozen=True)
class Page:
    """Some letters, and the name after which the next begin; "" on the last page."""

    lines: list[Line]
    following: str = ""


def page(campaign: Campaign, asked: Asked) -> Page:
    """Return a page of a sending's letters; two questions, however many there are."""
    found = _of(campaign)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.q:
        found = found.filter(reader__in=_called(asked.q))
    if (number := refs.number_of(asked.after.removeprefix(REF))) is not None:
        found = found.filter(pk__gt=UUID(int=number))
    rows = list(found.select_related("reader")[: A_PAGE + 1])
    lines = [Line(row, _name(row, asked.with_names), len(row.also), reason_of(row)) for row in rows[:A_PAGE]]
    return Page(lines, rows[A_PAGE - 1].ref if len(rows) > A_PAGE else "")


def table(campaign: Campaign, *, with_names: bool, with_addresses: bool) -> Iterator[list[str]]:
    """Yield the rows of a table, its columns' names first; nothing in it is a formula.

    Args:
        campaign: with its dispatch.
        with_names: whether whoever gets it may know who the readers are.
        with_addresses: and at which addresses.
    """
    named, addressed = (["name", "recipient"] if with_names else []), with_names and with_addresses
    yield [*named, *(["address"] if addressed else []), "state", "reason", "attempts", "settled_at"]
    for row in _of(campaign).select_related("reader").iterator(chunk_size=CHUNK):
        who = [_name(row, with_names), row.reader.ref if row.reader else ""] if with_names else []
        at = row.settled_at.isoformat(timespec="seconds") if row.settled_at else ""
        where = [row.address] if addressed else []
        cells = [*who, *where, row.state, str(reason_of(row)), str(row.attempts), at]
        yield [harmless(cell) for cell in cells]


def _of(campaign: Campaign) -> QuerySet[Message]:
    return Message.objects.filter(dispatch=campaign.dispatch_id).order_by("pk")


def _called(words: str) -> list[int]:
    found = Reader.objects.all()
    for word in words.split():
        found = found.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_FOUND])


def _name(row: Message, with_names: bool) -> str:
    if not with_names:
        return _("Somebody")
    return str(row.reader) if row.reader else _("Somebody who was erased")

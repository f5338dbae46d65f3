"""What one reader gets, as the page shows it where they choose: topics by ways, and why a way is shut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patients import topics
from patients.models import Channel, Reader, ReaderKind, Suppression
from patients.policy import Known, addressee, comes_of_age, lives_of
from patients.topics import Topic
from practice import clocks

WAYS: dict[str, str | Promise] = {
    Channel.EMAIL: pgettext_lazy("over a narrow column", "E-mail"),
    Channel.SMS: pgettext_lazy("over a narrow column", "Text"),
    Channel.POST: pgettext_lazy("over a narrow column", "Letter"),
}
MISSING: dict[str, str | Promise] = {
    Channel.EMAIL: _("E-mail: we have no address of yours. Tell us at the desk, or call."),
    Channel.SMS: _("Text: we have no cell phone number of yours. Tell us at the desk, or call."),
    Channel.POST: _("Letter: we have no postal address of yours. Tell us at the desk, or call."),
}
SHUT: dict[tuple[str, str], str | Promise] = {
    (Channel.EMAIL, Suppression.Reason.HARD_BOUNCE): _("E-mail: our mail to you came back. Tell us a new address."),
    (Channel.EMAIL, Suppression.Reason.COMPLAINT): _("E-mail: our mail was marked as spam, so we stopped. Call us."),
    (Channel.SMS, Suppression.Reason.STOP): _("Text: you texted STOP. Text START to us, and you can choose again."),
}
SHUT_SOMEHOW: dict[str, str | Promise] = {
    Channel.EMAIL: _("E-mail: we do not write to your address. Call us to change that."),
    Channel.SMS: _("Text: we do not text your number. Call us to change that."),
}
# What somebody may take back by themselves: they asked the practice once, and now they ask for the opposite.
TAKEN_BACK = frozenset({Suppression.Reason.STAFF})


@dataclass(frozen=True)
class Way:
    """One channel of the page: open, or why it is shut."""

    channel: str
    label: str | Promise
    why_shut: str | Promise = ""
    is_taken_back: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something can be chosen here."""
        return not self.why_shut


@dataclass(frozen=True)
class Cell:
    """One box: a topic by a way."""

    topic: Topic
    way: Way
    is_wanted: bool

    @property
    def value(self) -> str:
        """Return what the form sends for it."""
        return f"{self.topic.name}.{self.way.channel}"


@dataclass(frozen=True)
class Choices:
    """All that one reader chose, at one moment; `newest_yes` to mail: when, where, on which basis."""

    reader: Reader
    ways: tuple[Way, ...]
    rows: tuple[tuple[Topic, tuple[Cell, ...]], ...]
    paused_until: date | None
    bases: dict[tuple[str, str], str]
    newest_yes: tuple[datetime, str, str] | None = None

    @property
    def cells(self) -> list[Cell]:
        """Return every box."""
        return [cell for _topic, cells in self.rows for cell in cells]

    @property
    def wanted(self) -> frozenset[str]:
        """Return the values of the boxes that are checked."""
        return frozenset(cell.value for cell in self.cells if cell.is_wanted)

    @property
    def shut(self) -> list[str | Promise]:
        """Return why some ways are shut."""
        return [way.why_shut for way in self.ways if not way.is_open]

    @property
    def months_off(self) -> int | None:
        """Return 0 where letters come; while they rest, nobody knows for how many months that was asked."""
        return None if self.paused_until else 0

    def is_given(self, channel: str, purpose: str) -> bool:
        """Return whether a yes to a purpose stands."""
        return (channel, purpose) in self.bases


def choices_of(reader: Reader) -> Choices:
    """Return what somebody gets just now; for a child, what the adult gets who answers for them."""
    known = Known([reader.pk])
    reader = known.readers[known.addressee(reader.pk) or reader.pk]
    ways = tuple(_way(known, reader.pk, channel) for channel in topics.CHANNELS)
    bases = {(channel, purpose): line[2] for (pk, channel, purpose), line in known.since.items() if pk == reader.pk}
    kinds = {reader.kind} | ({ReaderKind.PATIENT} if known.is_patient(reader.pk) else set())
    rows = tuple(
        (topic, tuple(Cell(topic, way, _is_wanted(known, reader.pk, topic, way)) for way in ways))
        for topic in topics.for_kinds(kinds)
    )
    paused = reader.paused_until if known.is_resting(reader.pk) else None
    since = [
        line for (pk, channel, _purpose), line in known.since.items() if (pk, channel) == (reader.pk, Channel.EMAIL)
    ]
    return Choices(reader, ways, rows, paused, bases, max(since, default=None))


def sample() -> Choices:
    """Return the page as somebody would see it of whom nothing is known, as behind a test letter's link."""
    ways = tuple(Way(channel, WAYS[channel]) for channel in topics.CHANNELS)
    rows = tuple((topic, tuple(Cell(topic, way, False) for way in ways)) for topic in topics.TOPICS.values())
    return Choices(Reader(), ways, rows, None, {})


def addressee_of(reader: Reader) -> Reader:
    """Return whom we write to about a reader: the adult for a child; the reader where no adult answers for one."""
    (pk,) = _whom([reader.pk])
    return reader if pk == reader.pk else Reader.objects.get(pk=pk)


def addressees_of(readers: Iterable[int]) -> list[Reader]:
    """Return whom we write to about some readers, each once, in their order; who was erased is not among them."""
    ids = list(dict.fromkeys(readers))
    found = _whom(ids)
    known = Reader.objects.in_bulk(found)
    return [known[pk] for pk in found if pk in known]


def _whom(ids: list[int]) -> list[int]:
    lives = lives_of(ids)
    return list(dict.fromkeys(addressee(pk, lives, comes_of_age(clocks.today())) or pk for pk in ids))


def _way(known: Known, pk: int, channel: str) -> Way:
    label, found = WAYS[channel], known.addresses.get((pk, channel))
    if found is None:
        return Way(channel, label, MISSING[channel])
    reason = known.shut.get((channel, found))
    if not reason or reason in TAKEN_BACK:
        return Way(channel, label, is_taken_back=bool(reason))
    return Way(channel, label, SHUT.get((channel, reason)) or SHUT_SOMEHOW[channel])


def _is_wanted(known: Known, pk: int, topic: Topic, way: Way) -> bool:
    if not way.is_open or (pk, way.channel, topic.name) in known.declined:
        return False
    if not topic.needs_consent:
        return True
    return known.basis(pk, way.channel, topic.purpose) is not None and not way.is_taken_back

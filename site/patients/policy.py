"""Whom we may contact: life, consent, suppression, pause and topic; hours and caps belong to the door above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from patients import topics
from patients.models import (
    AtMost,
    Basis,
    Channel,
    Consent,
    ContactPoint,
    Declined,
    Patient,
    PostalAddress,
    Purpose,
    Reader,
    ReaderQuerySet,
    Suppression,
    open_points,
)
from practice import clocks

# What stops even a message about somebody's own visit: nobody would read it, or the channel's law forbids it.
SHUT_TO_ALL = frozenset({Suppression.Reason.HARD_BOUNCE, Suppression.Reason.STOP, Suppression.Reason.DECEASED})
OF_AGE = 18
NOT_WELCOME = (Patient.Status.DECEASED, Patient.Status.DISMISSED)
CHILDREN = "reader__patient__dependents__"  # from an address of an adult


def comes_of_age(today: date) -> date:
    """Return the last day of birth that makes somebody an adult on `today`.

    One born on February 29 is older from March 1 in common years, as everywhere here.
    """
    try:
        return today.replace(year=today.year - OF_AGE)
    except ValueError:  # today is February 29, and there was none then
        return today.replace(year=today.year - OF_AGE, day=28)


@dataclass(frozen=True)
class Contactable:
    """Whom we may write to, as SQL questions that a planner joins.

    Of both kinds as one question, with an "or" between them, it must ask reader by reader.

    Args:
        adults: who is written to at their own address.
        wards: children, for whom the adult who is responsible is written to.
        points: addresses of all who may be written to as far as their own wishes and the address go.
        own: which of them are meant for themselves.
        theirs: which of them are of adults who answer for children, once for each child.
    """

    adults: ReaderQuerySet
    wards: ReaderQuerySet
    points: QuerySet[ContactPoint]
    own: Q
    theirs: Q

    def among(self, keys: QuerySet[Any, Any]) -> Contactable:
        """Return those whose primary keys `keys` finds."""
        return Contactable(
            self.adults.filter(pk__in=keys),
            self.wards.filter(pk__in=keys),
            self.points,
            self.own & Q(reader__in=keys),
            self.theirs & Q(**{f"{CHILDREN}reader__in": keys}),
        )

    def own_and_theirs(self) -> tuple[QuerySet[ContactPoint], QuerySet[ContactPoint]]:
        """Return the addresses of those who are meant themselves, and of the adults who answer for the children."""
        return self.points.filter(self.own), self.points.filter(self.theirs)

    def together(self) -> ReaderQuerySet:
        """Return all of them as one question, one row at a time by their keys.

        PostgreSQL would repeat a list beside an "or" for each reader.
        """
        return self.adults | self.wards


def contactable(channel: str, purpose: str, topic: str = "") -> ReaderQuerySet:
    """Return everyone whom we may write to on `channel` for `purpose`, as one SQL question.

    A child is among them when the adult who is responsible may be written to: what concerns the child goes there.

    Args:
        channel: how.
        purpose: why.
        topic: about what, of patients.topics; "" asks for consent to the purpose alone.
    """
    return adults_and_wards(channel, purpose, topic).together()


def adults_and_wards(channel: str, purpose: str, topic: str = "") -> Contactable:
    """Return the same as several questions, for what writes to all of them at once."""
    today = clocks.today()
    born_later = comes_of_age(today)
    is_about_care = purpose == Purpose.TRANSACTIONAL
    shut_by, gone = (SHUT_TO_ALL, [Patient.Status.DECEASED]) if is_about_care else (None, NOT_WELCOME)
    points = open_points(channel, shut_by=shut_by).filter(_willing(channel, purpose, topic, today, at="reader"))
    willing = Reader.objects.reachable_by(channel, shut_by=shut_by).filter(_willing(channel, purpose, topic, today))
    barred = Q(born_on__gt=born_later) | Q(status__in=gone)
    if not is_about_care:
        barred |= _moved(channel, purpose, "reader")
    not_themselves = Patient.objects.filter(barred)  # as one question, so that a planner looks through them once
    adults = willing.exclude(Exists(not_themselves.filter(reader=OuterRef("pk"))))
    own = ~Q(Exists(not_themselves.filter(reader=OuterRef("reader_id"))))
    children = Patient.objects.filter(_looked_after(channel, purpose, today, adult="responsible__reader"))
    wards = Reader.objects.filter(Exists(children.filter(reader=OuterRef("pk"), responsible__reader__in=willing)))
    theirs = _looked_after(channel, purpose, today, child=CHILDREN, adult="reader")
    return Contactable(adults, wards, points, own, theirs)


def _looked_after(channel: str, purpose: str, today: date, *, child: str = "", adult: str) -> Q:
    """Return for which children an adult is written to, as far as their own lives and wishes go.

    It says what is, never what is not: a "not" about one of several children is another question about all of them.

    Args:
        child: what leads from the rows asked to the child; "" where they are children.
        adult: what leads to the reader of the adult.
    """
    born_later, is_about_care = comes_of_age(today), purpose == Purpose.TRANSACTIONAL
    gone = (Patient.Status.DECEASED,) if is_about_care else NOT_WELCOME
    welcome = [status for status in Patient.Status if status not in gone]
    found = Q(**{f"{child}born_on__gt": born_later, f"{adult}__patient__status__in": welcome})
    found &= Q(**{f"{adult}__patient__born_on": None}) | Q(**{f"{adult}__patient__born_on__lte": born_later})
    if is_about_care:
        return found & Q(**{f"{child}status__in": welcome})
    here = Q(**{f"{child}status__in": [status for status in welcome if status != Patient.Status.MOVED]})
    if not _ends_with_a_move(channel, purpose):
        here |= Q(**{f"{child}status": Patient.Status.MOVED}) & Q(_agreed(channel, purpose, adult))
    return found & here & _awake(today, at=f"{child}reader")


def _willing(channel: str, purpose: str, topic: str, today: date, *, at: str = "") -> Q:
    """Return who may be written to as far as their own wishes go.

    Args:
        at: what the rows asked call the reader; "" where they are readers.
    """
    who = OuterRef(f"{at}_id" if at else "pk")
    found = Q()
    if purpose != Purpose.TRANSACTIONAL:
        agreed = Consent.objects.standing().filter(reader=who, channel=channel, purpose=purpose, is_given=True)
        found &= Q(Exists(agreed)) & _awake(today, at=at)
    if not topics.is_about_visits(purpose, topic):
        found &= ~Q(**{f"{at}__at_most" if at else "at_most": AtMost.VISITS})
    if topic:
        found &= ~Q(Exists(Declined.objects.filter(reader=who, channel=channel, topic=topic)))
    return found


def _awake(today: date, *, at: str = "") -> Q:
    until = f"{at}__paused_until" if at else "paused_until"
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__lte": today})


def _agreed(channel: str, purpose: str, reader: str) -> Exists:
    lines = Consent.objects.standing().filter(
        reader=OuterRef(reader), channel=channel, purpose=purpose, is_given=True, basis=Basis.AGREED
    )
    return Exists(lines)


def _moved(channel: str, purpose: str, reader: str) -> Q:
    """Return which patients moved away, while the one behind `reader` did not ask that this goes on."""
    gone = Q(status=Patient.Status.MOVED)
    return gone if _ends_with_a_move(channel, purpose) else gone & ~Q(_agreed(channel, purpose, reader))


def _ends_with_a_move(channel: str, purpose: str) -> bool:
    """Return whether nobody who moved away gets it: recalls, and letters to where they lived."""
    return purpose == Purpose.TREATMENT or channel == Channel.POST


def may_contact(reader: Reader, *, channel: str = Channel.EMAIL, purpose: str, topic: str = "") -> str:
    """Return "" when we may, else why not in one word: the words for people stand in `patients.words`.

    Transactional messages are stopped only by a dead address, a channel's own STOP, a deceased patient, or by having
    declined their topic.
    """
    return Known([reader.pk], channels=[channel]).against(reader.pk, channel=channel, purpose=purpose, topic=topic)


@dataclass(frozen=True)
class Life:
    """How it stands between one patient and us, and who answers for them while they are a child."""

    status: str
    born_on: date | None
    time_zone: str | None
    adult: int | None
    adult_status: str | None
    adult_born_on: date | None


def lives_of(readers: Iterable[int]) -> Mapping[int, Life]:
    """Return how it stands with those of some readers who are patients."""
    return {
        facts[0]: Life(*facts[1:])
        for facts in Patient.objects.filter(reader__in=readers).values_list(
            "reader_id",
            "status",
            "born_on",
            "location__time_zone",
            "responsible__reader_id",
            "responsible__status",
            "responsible__born_on",
        )
    }


def addressee(pk: int, lives: Mapping[int, Life], born_later: date) -> int | None:
    """Return whom we write to about a reader: the adult for a child; None where no adult answers for one.

    Args:
        lives: of the patients among the readers.
        born_later: who was born after this day is a child (`comes_of_age`).
    """
    life = lives.get(pk)
    if life is None or life.born_on is None or life.born_on <= born_later:
        return pk
    if life.adult is None or life.adult_status == Patient.Status.DECEASED:
        return None
    is_adult = life.adult_born_on is None or life.adult_born_on <= born_later
    return life.adult if is_adult else None


def _houses(reader: OuterRef) -> QuerySet[PostalAddress]:
    return PostalAddress.objects.filter(reader=reader).exclude(street="")


class Known:
    """What is known about some readers, and about the adults who answer for them: a fixed number of questions.

    Args:
        readers: primary keys.
        hashes: addresses besides the readers' own of which somebody wants to know whether they are shut.
        channels: on which somebody would write; a postal address is looked for where letters are among them.
    """

    def __init__(
        self, readers: Iterable[int], *, hashes: Iterable[str] = (), channels: Iterable[str] = topics.CHANNELS
    ) -> None:
        ids, channels = set(readers), set(channels)
        self.zone = clocks.zone()
        self.today = clocks.today_in(self.zone)
        self.born_later = comes_of_age(self.today)
        self.lives = lives_of(ids)
        everyone = ids | {who for pk in ids if (who := self.addressee(pk)) is not None}
        people = Reader.objects.all()
        if Channel.POST in channels:
            people = people.annotate(has_house=Exists(_houses(OuterRef("pk"))))
        self.readers: Mapping[int, Reader] = people.in_bulk(everyone)
        self.addresses: dict[tuple[int, str], str] = {}
        self.shut: dict[tuple[str, str], str] = {}
        shut = Suppression.objects.filter(channel=OuterRef("channel"), address_hash=OuterRef("address_hash"))
        points = ContactPoint.objects.filter(reader__in=everyone, is_primary=True)
        for pk, channel, digest, reason in points.values_list(
            "reader_id", "channel", "address_hash", Subquery(shut.values("reason"))
        ):
            self.addresses[pk, channel] = digest
            if reason:
                self.shut[channel, digest] = reason
        if more := set(hashes) - set(self.addresses.values()):
            rows = Suppression.objects.filter(address_hash__in=more)
            self.shut |= {(one.channel, one.address_hash): one.reason for one in rows}
        if Channel.POST in channels:
            self.addresses |= {(pk, Channel.POST): "" for pk, one in self.readers.items() if getattr(one, "has_house")}  # noqa: B009  annotated above
        yes = Consent.objects.standing().filter(reader__in=everyone, is_given=True)
        self.since: dict[tuple[int, str, str], tuple[datetime, str, str]] = {
            (pk, channel, purpose): (at, source, basis)
            for pk, channel, purpose, at, source, basis in yes.values_list(
                "reader_id", "channel", "purpose", "at", "source", "basis"
            )
        }
        self.declined = set(Declined.objects.filter(reader__in=everyone).values_list("reader_id", "channel", "topic"))

    def addressee(self, pk: int) -> int | None:
        """Return whom we write to about a reader: the adult for a child; None where no adult answers for one."""
        return addressee(pk, self.lives, self.born_later)

    def is_patient(self, pk: int) -> bool:
        """Return whether a reader is a patient, or answers for one."""
        return pk in self.lives or any(life.adult == pk for life in self.lives.values())

    def zone_of(self, pk: int) -> ZoneInfo:
        """Return the zone of the clock on a reader's wall: their location's, else the practice's."""
        life = self.lives.get(pk)
        return ZoneInfo(life.time_zone) if life and life.time_zone else ZoneInfo(str(self.zone))

    def against(self, pk: int, *, channel: str, purpose: str, topic: str = "", digest: str | None = None) -> str:
        """Return "" when we may write about the reader `pk`, else why not in one word.

        Args:
            digest: the hash of the address that was meant; None takes the one of today.
        """
        life, who = self.lives.get(pk), self.addressee(pk)
        if life and life.status == Patient.Status.DECEASED:
            return "deceased"
        if who is None or pk not in self.readers:
            return "no_adult" if pk in self.readers else "erased"
        found = self.addresses.get((who, channel))
        if found is None:
            return "no_address"
        if digest is not None and digest != found:
            return "address_changed"
        shut = self.shut.get((channel, found))
        if purpose == Purpose.TRANSACTIONAL:
            return "suppressed" if shut in SHUT_TO_ALL else self._declines(who, channel, topic)
        if Patient.Status.DISMISSED in {life and life.status, life and who != pk and life.adult_status}:
            return "dismissed"
        if shut:
            return "suppressed"
        if any(self.is_resting(one) for one in (pk, who)):
            return "paused"
        return self._unwilling(life, who, channel, purpose, topic)

    def basis(self, pk: int, channel: str, purpose: str) -> str | None:
        """Return on what a reader's yes rests; None where none stands."""
        found = self.since.get((pk, channel, purpose))
        return found[2] if found else None

    def is_resting(self, pk: int) -> bool:
        """Return whether a reader asked for a break that is not over."""
        until = self.readers[pk].paused_until
        return until is not None and until > self.today

    def _unwilling(self, life: Life | None, who: int, channel: str, purpose: str, topic: str) -> str:
        basis = self.basis(who, channel, purpose)
        if (
            life
            and life.status == Patient.Status.MOVED
            and (_ends_with_a_move(channel, purpose) or basis == Basis.MAY_OBJECT)
        ):
            return "moved"
        if basis is None:
            return "objected"
        if self.readers[who].at_most == AtMost.VISITS and not topics.is_about_visits(purpose, topic):
            return "only_visits"
        return self._declines(who, channel, topic)

    def _declines(self, who: int, channel: str, topic: str) -> str:
        return "declined" if topic and (who, channel, topic) in self.declined else ""

"""Who gets a letter, in how many letters, and who does not and why; counted in the database at the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from delivery.ledger import own_and_theirs
from delivery.reaching import Reach, reach
from newsletter.campaigns import receivers
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage
from newsletter.editions.readership import WrittenFor
from patients import policy, segments, topics
from patients.models import Channel, Consent, ContactPoint, Patient, Purpose, ReaderKind, Suppression
from patients.segments import EVERYONE_WHO_GETS_LETTERS, Line, Question, Saved
from practice import clocks

REASONS: dict[str, str | Promise] = {
    "gone": _("no longer with us"),
    "child": _("under 18, and the adult behind them does not get it"),
    "no_address": _("no e-mail address"),
    "suppressed": _("address bounced or was blocked"),
    "paused": _("paused for now"),
    "never": _("never said yes"),
    "objected": _("unsubscribed"),
    "moved": _("moved away"),
    "declined": _("want other news of ours, not the letter"),
}
FOR_NOW: dict[str, str | Promise] = {
    "enough": _("had as many letters as they want for now"),
    "capped": _("got as many letters in 30 days as we send at most"),
}


@dataclass(frozen=True)
class Readership:
    """Whom a kind of letter can reach at all: the topic that they may decline, and whom the segment is asked among.

    Args:
        topic: of patients.topics.
        everyone: the key of the segment that means all of them.
        among: the line that holds for each of them, as a tree keeps it.
        words: for its readers, and whoever it is forwarded to.
    """

    topic: str
    everyone: str
    among: dict[str, Any]
    words: str

    @cached_property
    def line(self) -> Line:
        """Return the line that holds for each of them."""
        return segments.parse_line(self.among)


READERSHIPS: dict[str, Readership] = {
    WrittenFor.PATIENTS: Readership(
        topics.LETTER.name,
        EVERYONE_WHO_GETS_LETTERS.name,
        {"ask": "kind", "how": "is", "among": [ReaderKind.PATIENT, ReaderKind.HOUSEHOLD, ReaderKind.SUBSCRIBER]},
        gettext_noop("everyone who gets our letter"),
    ),
    WrittenFor.OFFICES: Readership(
        topics.OFFICES.name, "offices", {"ask": "work", "how": "office"}, gettext_noop("offices that work with us")
    ),
    WrittenFor.TEAM: Readership(
        topics.TEAM.name, "team", {"ask": "work", "how": "here"}, gettext_noop("everyone on our team")
    ),
}
OF_PATIENTS = READERSHIPS[WrittenFor.PATIENTS]
_EVERYONE_OF_OTHERS = {one.everyone for one in READERSHIPS.values()}


class NoSuchSegment(LookupError):
    """No saved question has this name."""


@dataclass(frozen=True)
class Audience:
    """People and letters (a shared mailbox gets one), and the number left out for each reason.

    `held_back` are those among them who may be written to, and got enough for now.
    """

    segment: Saved
    people: int
    letters: int
    left_out: list[tuple[str | Promise, int]]
    held_back: list[tuple[str | Promise, int]] = field(default_factory=list)

    @property
    def sharing(self) -> int:
        """Return how many people share another's letter."""
        return self.people - self.letters

    @property
    def out(self) -> int:
        """Return how many do not get it."""
        return sum(number for _, number in self.left_out)


def segment_named(name: str) -> Saved:
    """Return the segment of a key, a ref or a name, ready to be asked; of "got:" and a campaign's ref, who got it.

    Raises:
        NoSuchSegment: when there is none, or it was put away, or asks for something that is no longer there.
    """
    if name.startswith(receivers.GOT):
        sent = Campaign.objects.filter(ref=name.removeprefix(receivers.GOT), dispatch__isnull=False).first()
        if sent is None:
            raise NoSuchSegment(gettext("That letter was not sent."))
        return receivers.got(sent.edition)
    try:
        found = segments.by_name(name)
    except LookupError as error:
        known = ", ".join(one.name for one in segments.choices())
        raise NoSuchSegment(f"There is no segment {name!r}; there are: {known}.") from error
    if found.is_archived:
        raise NoSuchSegment(gettext("The segment “%(name)s” was put away. Choose another.") % {"name": found.label})
    try:
        segments.parse(found.raw)
    except segments.Broken as error:
        words = gettext(
            "The segment “%(name)s” asks for something that is no longer there. Mend it, or choose another."
        )
        raise NoSuchSegment(words % {"name": found.label}) from error
    return found


def key_of(edition: EditionPage) -> str:
    """Return the key of the segment that was chosen for a letter; before anybody chose, everyone whom it can reach."""
    campaign = Campaign.objects.filter(edition=edition).first()
    return fitting(campaign.segment if campaign else "", edition)


def fitting(key: str, edition: EditionPage) -> str:
    """Return a segment's key; the one of everyone whom a letter can reach where none is chosen, or another's everyone.

    Who turns a letter into one for offices means everyone there, not nobody. A correction is for those alone who got
    what it corrects.
    """
    if edition.corrects is not None:
        return receivers.got(edition.corrects).name
    everyone = readership_of(edition).everyone
    return everyone if not key or key in _EVERYONE_OF_OTHERS else key


def readership_of(edition: EditionPage) -> Readership:
    """Return whom a letter can reach at all."""
    return READERSHIPS[edition.written_for]


def of_letter(key: str, readership: Readership) -> tuple[Audience, str]:
    """Return the audience of the segment that was chosen, and why it cannot be asked, in words; "" where it can."""
    try:
        return of(segment_named(key), readership), ""
    except NoSuchSegment as error:
        return Audience(Saved(key, key, {"match": "all", "parts": []}), 0, 0, []), str(error)


def recipients(segment: Saved, readership: Readership = OF_PATIENTS) -> policy.Contactable:
    """Return who gets our letter by e-mail: whom the segment means, and who may be written to."""
    return _recipients(_meant(segment, readership), readership)


def is_nobody(segment: Saved, readership: Readership = OF_PATIENTS) -> bool:
    """Return whether nobody would get a letter; asked at the click, so nobody is counted."""
    return not any(points.exists() for points in own_and_theirs(Channel.EMAIL, recipients(segment, readership)))


def of(segment: Saved, readership: Readership = OF_PATIENTS) -> Audience:
    """Return the numbers of a segment now; a click later they may differ, and the frozen ones count."""
    meant = _meant(segment, readership)
    found = reach(Channel.EMAIL, _recipients(meant, readership), is_correction=is_correction(segment))
    held_back = _held_back(found)
    return Audience(segment, found.people, found.letters, [*held_back, *_left_out(meant, readership)], held_back)


def is_correction(segment: Saved) -> bool:
    """Return whether these are the receivers of a letter: its correction is a part of it, and held back by no cap."""
    return isinstance(segment, receivers.GotIt)


def in_words_for_readers(segment: Saved, readership: Readership = OF_PATIENTS) -> str:
    """Return whom a letter is for, as each of its readers may read it, and whoever it is forwarded to.

    Not the segment's own words: staff wrote them for themselves, and they may tell of somebody's health. They are kept
    in English and translated where they are read.
    """
    if is_correction(segment):
        return gettext_noop("everyone who got the letter that this one corrects")
    if segment.name == readership.everyone:
        return readership.words
    return gettext_noop("some of those who get our letter; our team chose them")


def _meant(segment: Saved, readership: Readership) -> Question:
    return segment.meant(readership.line)


def _recipients(meant: Question, readership: Readership) -> policy.Contactable:
    everybody = policy.adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES, readership.topic)
    return everybody.among(meant.keys())


def _held_back(found: Reach) -> list[tuple[str | Promise, int]]:
    numbers = {"enough": found.enough, "capped": found.capped}
    return [(label, numbers[name]) for name, label in FOR_NOW.items() if numbers[name]]


def _left_out(meant: Question, readership: Readership) -> list[tuple[str | Promise, int]]:
    points = ContactPoint.objects.filter(reader=OuterRef("pk"), channel=Channel.EMAIL, is_primary=True)
    blocked = Suppression.objects.filter(channel=Channel.EMAIL, address_hash=OuterRef("address_hash"))
    theirs = Patient.objects.filter(reader=OuterRef("pk"))
    gone = theirs.filter(status__in=policy.NOT_WELCOME)
    consents = Consent.objects.standing().filter(
        reader=OuterRef("pk"), channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES
    )
    allowed = policy.adults_and_wards(Channel.EMAIL, Purpose.OWN_SERVICES, readership.topic)
    others = meant.readers()
    for kind in (allowed.adults, allowed.wards):  # each is joined; both in one list would be asked reader by reader
        others = others.filter(~Exists(kind.filter(pk=OuterRef("pk")).order_by()))
    why = Case(
        When(Exists(gone), then=Value("gone")),
        When(Exists(theirs.filter(born_on__gt=policy.comes_of_age(clocks.today()))), then=Value("child")),
        When(~Exists(points), then=Value("no_address")),
        When(Exists(points.filter(Exists(blocked))), then=Value("suppressed")),
        When(~Exists(consents), then=Value("never")),
        When(~Exists(consents.filter(is_given=True)), then=Value("objected")),
        When(Q(paused_until__gt=clocks.today()), then=Value("paused")),
        When(Exists(theirs.filter(status=Patient.Status.MOVED)), then=Value("moved")),
        default=Value("declined"),
        output_field=CharField(),
    )
    found = dict(others.order_by().annotate(why=why).values_list("why").annotate(Count("pk")))
    return [(label, found[name]) for name, label in REASONS.items() if found.get(name)]

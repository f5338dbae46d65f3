"""Who gets a letter, in how many letters, and who does not and why; counted in the database at the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients import segments
from patients.models import Channel, Consent, ContactPoint, Patient, Purpose, Reader, ReaderQuerySet, Suppression
from patients.segments import Segment
from practice import clocks

KINDS = (Reader.Kind.PATIENT, Reader.Kind.HOUSEHOLD, Reader.Kind.SUBSCRIBER)
REASONS: dict[str, str | Promise] = {
    "gone": _("no longer with us"),
    "no_address": _("no e-mail address"),
    "suppressed": _("address bounced or was blocked"),
    "paused": _("paused for now"),
    "never": _("never said yes"),
    "objected": _("unsubscribed"),
}


class NoSuchSegment(LookupError):
    """No saved question has this name."""


@dataclass(frozen=True)
class Audience:
    """People and letters (a shared mailbox gets one), and the number left out for each reason."""

    segment: Segment
    people: int
    letters: int
    left_out: list[tuple[str | Promise, int]]

    @property
    def sharing(self) -> int:
        """Return how many people share another's letter."""
        return self.people - self.letters

    @property
    def out(self) -> int:
        """Return how many do not get it."""
        return sum(number for _, number in self.left_out)


def segment_named(name: str) -> Segment:
    """Return the saved question.

    Raises:
        NoSuchSegment: when there is none of that name.
    """
    try:
        return segments.SEGMENTS[name]
    except KeyError as error:
        known = ", ".join(sorted(segments.SEGMENTS))
        raise NoSuchSegment(f"There is no segment {name!r}; there are: {known}.") from error


def of(segment: Segment) -> Audience:
    """Return the numbers of a segment now; a click later they may differ, and the frozen ones count."""
    readers = segment.readers()
    points = ContactPoint.objects.filter(
        channel=Channel.EMAIL, is_primary=True, reader__in=readers.order_by().values("pk")
    )
    numbers = points.aggregate(people=Count("reader", distinct=True), letters=Count("address_hash", distinct=True))
    return Audience(segment, numbers["people"], numbers["letters"], _left_out(readers))


def _left_out(readers: ReaderQuerySet) -> list[tuple[str | Promise, int]]:
    points = ContactPoint.objects.filter(reader=OuterRef("pk"), channel=Channel.EMAIL, is_primary=True)
    blocked = Suppression.objects.filter(channel=Channel.EMAIL, address_hash=OuterRef("address_hash"))
    gone = Patient.objects.filter(reader=OuterRef("pk"), status__in=[Patient.Status.DECEASED, Patient.Status.DISMISSED])
    consents = Consent.objects.standing().filter(
        reader=OuterRef("pk"), channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES
    )
    others = Reader.objects.filter(kind__in=KINDS).exclude(pk__in=readers.order_by().values("pk"))
    why = Case(
        When(Exists(gone), then=Value("gone")),
        When(~Exists(points), then=Value("no_address")),
        When(Exists(points.filter(Exists(blocked))), then=Value("suppressed")),
        When(~Exists(consents), then=Value("never")),
        When(~Exists(consents.filter(is_given=True)), then=Value("objected")),
        When(Q(paused_until__gt=clocks.today()), then=Value("paused")),
        default=Value("objected"),
        output_field=CharField(),
    )
    found = dict(others.order_by().annotate(why=why).values_list("why").annotate(Count("pk")))
    return [(label, found[name]) for name, label in REASONS.items() if found.get(name)]

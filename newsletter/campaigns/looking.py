"""As whom an editor looks at a letter: nobody, one of its ways, a segment's typical reader, or a patient."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from delivery import merging
from delivery.counting import by_way
from delivery.ways import parted
from newsletter.campaigns import audience
from newsletter.editions.ways import InWays
from patients.models import Channel, Patient, Reader
from patients.policy import comes_of_age
from patients.segments.counting import may_read_all
from practice import clocks

ALL = "all"


class NoSuchLook(LookupError):
    """Nobody can look at the letter as this."""


@dataclass(frozen=True)
class Look:
    """As whom: the way, in words, and the first name that greets; `patient` where it is a real one.

    Args:
        way: of the letter; None shows every block at once.
        words: who that is.
        first_name: "" greets with the fallback.
        is_public: whether it is the copy that everybody may read.
        patient: whose letter it is.
    """

    way: str | None
    words: str
    first_name: str = ""
    is_public: bool = False
    patient: Patient | None = None


def look(letter: InWays, asked: str, *, user: User | AnonymousUser) -> Look:
    """Return as whom somebody looks.

    Args:
        letter: in its ways.
        asked: "" for nobody, "all", "way:A.es", "segment:lapsed" or "patient:PT-7K2M".
        user: who looks. Who may not see patients sees none, nor what a segment tells of somebody's health.

    Raises:
        NoSuchLook: when there is no such way, segment or patient.
        PermissionDenied: when `user` may not look as that.
    """
    kind, _colon, chosen = asked.partition(":")
    if not asked:
        return Look("", _("Nobody: the copy in the archive, which everybody may read"), is_public=True)
    if asked == ALL:
        return Look(None, _("Every block at once"))
    if kind == "way":
        return Look(known(letter, chosen), _("One of the letters that will be sent"))
    if kind == "segment":
        return _typical(letter, chosen, user)
    if kind == "patient":
        return _patient(letter, chosen, user)
    raise NoSuchLook(asked)


def known(letter: InWays, way: str) -> str:
    """Return a way of a letter, its marks in order.

    Raises:
        NoSuchLook: when the letter cannot leave in it.
    """
    marks, language = parted(way)
    if not marks <= set(letter.rules) or (language and language not in letter.ways.languages):
        raise NoSuchLook(way)
    return "".join(sorted(marks)) + (f".{language}" if language else "")


def _typical(letter: InWays, key: str, user: User | AnonymousUser) -> Look:
    """Return the way that most of a segment get, as a reader of whom nothing is known.

    What most of them have in common tells of their health where the segment or a rule asks about it.
    """
    try:
        segment = audience.segment_named(key)
    except audience.NoSuchSegment as error:
        raise NoSuchLook(str(error)) from error
    if segment.is_clinical and not may_read_all(user):
        raise PermissionDenied
    hidden = set() if may_read_all(user) else {mark for mark, rule in letter.rules.items() if rule.is_clinical}
    readers = audience.recipients(segment, audience.readership_of(letter.edition))
    counts: Counter[str] = Counter()
    for way, number in by_way(Channel.EMAIL, readers, letter.ways).items():
        marks, language = parted(way)
        counts["".join(sorted(marks - hidden)) + (f".{language}" if language else "")] += number
    if not counts:
        raise NoSuchLook(_("Nobody in “%(name)s” would get it.") % {"name": segment.label})
    way = min(counts, key=lambda one: (-counts[one], one))
    return Look(way, _("A typical reader of “%(name)s”") % {"name": segment.label})


def _patient(letter: InWays, ref: str, user: User | AnonymousUser) -> Look:
    """Return what one patient would get, by the same questions as at the freezing, whoever shares their mailbox."""
    if not may_read_all(user):
        raise PermissionDenied
    patient = Patient.objects.select_related("reader").filter(ref=ref).first()
    if patient is None:
        raise NoSuchLook(ref)
    everybody = audience.recipients(
        audience.segment_named(audience.key_of(letter.edition)), audience.readership_of(letter.edition)
    )
    found = by_way(Channel.EMAIL, everybody.among(_at_their_mailbox(patient)), letter.ways, held_back=False)
    words = str(patient.reader)
    if not found:
        marks = Reader.objects.annotate(marks=letter.ways.marks("pk")).values_list("marks", flat=True)
        way = marks.get(pk=patient.reader_id)
        language = patient.reader.language
        way += f".{language}" if language in letter.ways.languages else ""
        words = _("%(name)s, who would not get it as things stand") % {"name": words}
    else:
        way = next(iter(found))
    name = merging.greeting((patient.reader,), patient.reader.language)
    return Look(way, words, name, patient=patient)


def _at_their_mailbox(patient: Patient) -> QuerySet[Any, Any]:
    """Return all who read at a patient's mailbox, or at that of the adult who answers for them."""
    reader = patient.reader
    is_child = patient.born_on is not None and patient.born_on > comes_of_age(clocks.today())
    if patient.responsible is not None and is_child:
        reader = patient.responsible.reader
    hashes = reader.contact_points.filter(channel=Channel.EMAIL, is_primary=True).values("address_hash")
    here = Reader.objects.filter(contact_points__address_hash__in=hashes).values("pk")
    theirs = Reader.objects.filter(patient__responsible__reader__in=here).values("pk")
    return here.union(theirs)

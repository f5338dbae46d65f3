"""Who read a record: the journal's entries about one patient, with the readers' names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from journal.models import Entry, EntryQuerySet
from journal.recording import SYSTEM
from journal.words import sentence_of
from patients.records import Person, readers_of


@dataclass(frozen=True)
class Reading:
    """Somebody who read or did something, what, and when."""

    who: str
    what: str
    subject: str
    at: datetime


def entries(person: Person) -> EntryQuerySet:
    """Return every entry about a person, under each name that they had, newest first."""
    return Entry.objects.filter(about__in=person.names).order_by("-at", "-id")


def readings(rows: Iterable[Entry], person: Person) -> list[Reading]:
    """Return entries with the names of those who did them, with one question for all."""
    found = list(rows)
    own = readers_of(person).values_list("ref", flat=True) if any(one.by.startswith("reader:") for one in found) else ()
    names = names_of(one.by for one in found) | {f"reader:{ref}": _("The patient, by a link") for ref in own}
    return [
        Reading(names.get(one.by, one.by), sentence_of(one), one.subject.partition(":")[2], one.at) for one in found
    ]


def last_readers(person: Person, most: int) -> list[Reading]:
    """Return the last people who opened the record, each once."""
    seen: dict[str, Entry] = {}
    for one in entries(person).filter(verb__endswith=".viewed")[:100]:
        seen.setdefault(one.by, one)
    return readings(list(seen.values())[:most], person)


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return the names of those who act, by `kind:ref`."""
    wanted = set(actors)
    refs = [actor.partition(":")[2] for actor in wanted if actor.startswith("user:")]
    users = {f"user:{user.ref}": str(user) for user in User.objects.filter(ref__in=refs)} if refs else {}
    return {SYSTEM: _("The system"), **users}

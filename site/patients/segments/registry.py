"""The questions that a segment may ask: each room enters its own when it is ready, with SQL, a plain twin and words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from patients.models import Nature
from patients.segments.inputs import Blank, Unfit

if TYPE_CHECKING:
    from patients.segments.plain import Person

type Words = str | Promise
type Values = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a question's SQL will stand: among patients or among readers, on which day, in which zone.

    Args:
        is_patient: whether the rows asked are patients; else they are readers.
        day: the day it is at the practice; every span of time counts from it.
        zone: the practice's, which turns a day into a moment.
    """

    is_patient: bool
    day: date
    zone: tzinfo

    def of_reader(self, **lookups: Any) -> Q:
        """Return a condition on the reader's own columns."""
        return Q(**{f"reader__{name}" if self.is_patient else name: value for name, value in lookups.items()})

    def reader_has(self, rows: QuerySet[Any, Any], key: str = "reader") -> Q:
        """Return whether one of `rows` names the reader as `key`.

        Always by EXISTS: PostgreSQL joins it where it can; beside an "or", where it cannot, it weighs a look into the
        index for each row against one hashed list. An IN would always be the list.
        """
        return Q(Exists(rows.filter(**{key: OuterRef("reader_id" if self.is_patient else "pk")}).order_by()))

    def patient_has(self, rows: QuerySet[Any, Any], key: str = "patient") -> Q:
        """Return whether one of `rows` names the patient as `key`; only among patients."""
        return Q(Exists(rows.filter(**{key: OuterRef("pk")}).order_by()))

    def start_of(self, day: date) -> datetime:
        """Return the moment at which `day` begins where the practice is."""
        return datetime.combine(day, time(), self.zone)


@dataclass(frozen=True)
class How:
    """One way to ask a question, as "is more than … ago".

    Args:
        name: its key in a tree.
        label: in the list of ways.
        says: its clause in the sentence, from "whose" or "who" on; `*…*` marks words, `{name}` is a blank's value.
        to_q: the condition in SQL.
        plain: the same for one person in Python; the two must always agree.
        blanks: what is to be filled in.
        nature: of what nature the answer is where that hangs on what was chosen.
    """

    name: str
    label: Words
    says: Words
    to_q: Callable[[Values, Place], Q]
    plain: Callable[[Values, Person], bool]
    blanks: tuple[Blank, ...] = ()
    nature: Callable[[Values], str] | None = None

    def check(self, values: Values) -> None:
        """Refuse values that do not go together: what runs "from … to …" must not run backwards.

        Raises:
            Unfit: when they do not.
        """
        if {"from", "to"} <= set(values) and values["from"] > values["to"]:
            raise Unfit(_("The first one must not come after the second."))


@dataclass(frozen=True)
class Criterion:
    """One question.

    Args:
        name: its key in a tree; never renamed, since saved trees hold it.
        label: in the list of questions.
        group: under which heading of that list it stands.
        nature: of what nature its answer is ("" where it tells nothing about somebody's health, money or person).
        hows: the ways to ask it; the first is the one to begin with.
        is_of_patients: whether only patients can be what it asks for; else any reader.
    """

    name: str
    label: Words
    group: Words
    hows: tuple[How, ...]
    nature: str = ""
    is_of_patients: bool = False
    by_name: Mapping[str, How] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {how.name: how for how in self.hows})

    def nature_of(self, how: How, values: Values) -> str:
        """Return the nature of this question as it is asked here."""
        return how.nature(values) if how.nature else self.nature

    @property
    def may_be_clinical(self) -> bool:
        """Whether it tells something about somebody's health, however it is asked."""
        return self.nature == Nature.CLINICAL


_criteria: dict[str, Criterion] = {}
_sources: list[tuple[str, Callable[[], Iterable[Criterion]]]] = []


def criterion(
    name: str, *, label: Words, group: Words, hows: Iterable[How], nature: str = "", is_of_patients: bool = False
) -> Criterion:
    """Enter a question, from a room's AppConfig.ready().

    Raises:
        ValueError: when another question has this name: two rooms would answer one saved line.
    """
    if name in _criteria and _criteria[name].label != label:
        raise ValueError(f"There is a criterion {name!r} already.")
    made = Criterion(name, label, group, tuple(hows), nature, is_of_patients)
    _criteria[name] = made
    return made


def criteria_from(prefix: str, source: Callable[[], Iterable[Criterion]]) -> None:
    """Enter questions that stand in the database; their names begin with `prefix`, as "attribute:"."""
    _sources[:] = [(known, make) for known, make in _sources if known != prefix]
    _sources.append((prefix, source))


def catalogue() -> dict[str, Criterion]:
    """Return every question by its name, those of the database read now."""
    return {**_criteria, **{one.name: one for _prefix, source in _sources for one in source()}}

"""In what ways one letter is written: by the rules that a reader meets, and by the language that they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Concat

from patients.segments import Question

MARKS = "ABCDEFGH"  # a rule each; more ways than these make, nobody looks through before sending
FIRST, SECOND = ARMS = ("~1", "~2")  # end the name of a way where two letters are compared


@dataclass(frozen=True)
class Naming:
    """How the ways of one letter are named: what is left to know once somebody reckoned who meets which rule.

    Args:
        marks: of the rules.
        languages: in which it is written besides its own.
    """

    marks: str = ""
    languages: frozenset[str] = frozenset()

    def named_by(self, marks: str) -> Concat | Value:
        """Return the name of a row's way, as the database reckons it from a row with a `language`.

        Args:
            marks: what the row calls the marks of the rules met; they may stand there in any order and twice.
        """
        meets = [When(**{f"{marks}__contains": mark}, then=Value(mark)) for mark in sorted(self.marks)]
        met = [Case(one, default=Value("")) for one in meets]
        if self.languages:
            spoken = When(language__in=sorted(self.languages), then=Concat(Value("."), F("language")))
            met.append(Case(spoken, default=Value("")))
        return Concat(Value(""), *met, output_field=CharField()) if met else Value("")


@dataclass(frozen=True)
class Ways:
    """What tells the ways of one letter apart; a way is named by the marks of the rules met, and its language: "AC.es".

    The way of whoever meets no rule and reads the letter's own language has no name.

    Args:
        rules: by their marks, each one of MARKS.
        languages: in which it is written besides its own.
    """

    rules: Mapping[str, Question] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()

    def marks(self, reader: str) -> Concat:
        """Return the marks of the rules that a reader meets, as the database reckons them for each row.

        Args:
            reader: what the rows call the reader's primary key.
        """
        rules = sorted(self.rules.items())
        met = (Case(When(rule.is_true_of(reader), then=Value(mark)), default=Value("")) for mark, rule in rules)
        return Concat(Value(""), Value(""), *met, output_field=CharField())

    @property
    def naming(self) -> Naming:
        """Return how they are named."""
        return Naming("".join(sorted(self.rules)), self.languages)


def parted(name: str) -> tuple[frozenset[str], str]:
    """Return what a way's name says: the marks of the rules met, and the language, "" for the letter's own."""
    marks, _, language = without_arm(name).partition(".")
    return frozenset(marks), language


def arm_of(name: str) -> str:
    """Return with what of ARMS a way's name ends; "" where it is in none."""
    return name[len(without_arm(name)) :]


def without_arm(name: str) -> str:
    """Return a way's name as the rules and the language make it."""
    return name.partition("~")[0]

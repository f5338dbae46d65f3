"""Saved questions about readers: a tree of questions, one SQL statement, a plain twin, and a sentence in words."""

from patients.segments import spans
from patients.segments.compiling import Question, compiled
from patients.segments.inputs import Among, Day, Dollars, Number, One, Span, Text, parted
from patients.segments.plain import Person, holds
from patients.segments.registry import Criterion, How, Place, Values, catalogue, criteria_from, criterion
from patients.segments.saved import (
    EVERYONE_WHO_GETS_LETTERS,
    Saved,
    by_name,
    choices,
    key_of,
    saved,
    used_by,
    uses,
)
from patients.segments.tree import Broken, Group, Line, Match, parse, parse_line
from patients.segments.words import in_words, sentence

__all__ = [
    "EVERYONE_WHO_GETS_LETTERS",
    "Among",
    "Broken",
    "Criterion",
    "Day",
    "Dollars",
    "Group",
    "How",
    "Line",
    "Match",
    "Number",
    "One",
    "Person",
    "Place",
    "Question",
    "Saved",
    "Span",
    "Text",
    "Values",
    "by_name",
    "catalogue",
    "choices",
    "compiled",
    "criteria_from",
    "criterion",
    "holds",
    "in_words",
    "key_of",
    "parse",
    "parse_line",
    "parted",
    "saved",
    "sentence",
    "spans",
    "used_by",
    "uses",
]

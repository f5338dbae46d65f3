"""A segment's SQL and plain Python say the same of everybody, whatever is asked; and it is one statement."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NonInteractiveExampleWarning

from patients.models import Reader
from patients.segments import Person, catalogue, compiled, holds, in_words, parse
from tests.site.patients.segments.crowd import NOON, gather, line, trees

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def crowd() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield gather()


def said_by_sql(raw: dict[str, Any]) -> set[int]:
    return set(compiled(parse(raw)).readers().values_list("pk", flat=True))


def said_by_python(raw: dict[str, Any], people: list[Person]) -> set[int]:
    tree = parse(raw)
    return {person.reader.pk for person in people if holds(tree, person)}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_sql_and_python_agree_on_any_tree(crowd: list[Reader], data: st.DataObject) -> None:
    raw = data.draw(trees())
    people = [Person(reader) for reader in crowd]
    assert said_by_sql(raw) == said_by_python(raw, people), in_words(parse(raw))


def test_sql_and_python_agree_on_every_way_of_every_question(crowd: list[Reader]) -> None:
    people = [Person(reader) for reader in crowd]
    answered = 0
    for name, criterion in catalogue().items():
        for how in criterion.hows:
            for asked in _examples(line(name, how.name, how.blanks)):
                raw = {"match": "all", "parts": [asked]}
                found = said_by_sql(raw)
                assert found == said_by_python(raw, people), in_words(parse(raw))
                negated = {"match": "none", "parts": [asked]}
                assert said_by_sql(negated) == {reader.pk for reader in crowd} - found
                answered += bool(found)
    assert answered > 40  # most questions find somebody in the crowd: the comparison is not of empty sets


def _examples(strategy: st.SearchStrategy[Any]) -> list[Any]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonInteractiveExampleWarning)
        return [strategy.example() for _ in range(3)]


def test_the_crowd_is_read_once_not_by_the_question(crowd: list[Reader], django_assert_num_queries: Any) -> None:
    lately = [
        {"ask": "interval", "how": "shorter", "span": "12 months"},
        {"ask": "had_code", "how": "ever", "code": "D1110"},
        {"match": "none", "parts": [{"ask": "language", "how": "is", "among": ["en"]}]},
    ]
    old = {"ask": "birthday", "how": "month", "month": "12"}
    parts = [{"ask": "visits", "how": "at_most", "number": 3}, {"match": "any", "parts": lately}]
    raw = {"match": "all", "parts": [*parts, {"match": "none", "parts": [old]}]}
    question = compiled(parse(raw))
    with django_assert_num_queries(1):
        number = question.count()
    with django_assert_num_queries(1):
        readers = list(question.readers())
    assert number == len(readers) > 0
    assert question.is_of_patients

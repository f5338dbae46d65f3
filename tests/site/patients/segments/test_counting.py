"""Who may not see patients reads no small cell of a clinical question, not even as the difference of two numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from patients.models import Procedure
from patients.segments import counting, parse
from patients.segments.counting import SMALL, STEP, masked
from tests.factories.patients import PatientFactory, agree, letter_reader

CODE = {"ask": "had_code", "how": "ever", "code": "D4341"}
ACTIVE = {"ask": "status", "how": "is", "among": ["active"]}


NUMBERS = st.integers(0, 300)
MOVED = st.tuples(st.integers(0, STEP - 1), st.integers(0, STEP - 1))
EVERY_MOVE = [(step, step) for step in range(STEP)]


def figure(shown: counting.Shown) -> int:
    """Return the number that is shown; none where it says "fewer than" or "within"."""
    found = re.fullmatch(r"about (\d+)", shown.figure)
    return int(found[1]) if found else 0


def every(number: int, base: int) -> set[str]:
    """Return all that may be shown for a number, whatever the question draws."""
    return {str(masked(number, base, moved=moved)) for moved in EVERY_MOVE}


@given(number=NUMBERS, base=NUMBERS, moved=MOVED)
def test_no_small_number_and_no_small_rest_is_shown(number: int, base: int, moved: tuple[int, int]) -> None:
    shown = masked(number, base, moved=moved)
    if number < SMALL:
        assert str(shown) == "fewer than 20"
    elif abs(number - base) < SMALL:
        assert str(shown) in {"fewer than 20", f"within 19 of {base} people"}
    if found := figure(shown):
        assert abs(found - number) < STEP


@given(inner=NUMBERS, more=NUMBERS, base=NUMBERS, moves=st.tuples(MOVED, MOVED))
def test_two_shown_numbers_of_nested_questions_differ_by_nothing_or_by_no_small_cell(
    inner: int, more: int, base: int, moves: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    one = figure(masked(inner, base, moved=moves[0]))
    other = figure(masked(inner + more, base, moved=moves[1]))
    assert one == other or abs(one - other) >= SMALL


@given(number=NUMBERS, base=NUMBERS)
def test_one_person_more_may_look_as_before_and_nobody_more_may_look_different(number: int, base: int) -> None:
    assert every(number, base) & every(number + 1, base)
    if SMALL < number < STEP and abs(number - base) > STEP:
        assert len(every(number, base)) > 1


@given(number=st.integers(SMALL, 300), base=st.integers(1_000, 1_300))
def test_what_is_shown_says_of_no_number_that_it_is_that_one(number: int, base: int) -> None:
    for shown in every(number, base):
        behind = {one for one in range(number - STEP, number + STEP) if one >= 0 and shown in every(one, base)}
        assert len(behind) >= SMALL


def moved(*parts: Any, match: str = "all") -> tuple[int, int]:
    return counting.moved_by(parse({"match": match, "parts": list(parts)}))


@pytest.mark.django_db
def test_the_same_question_draws_the_same_in_any_order_and_another_one_draws_anew() -> None:
    assert moved(ACTIVE, CODE) == moved(CODE, ACTIVE) == moved(CODE, ACTIVE, CODE)
    others = [moved({**CODE, "code": f"D{number}"}) for number in range(400)]
    assert {step for step, _rest in others} == {rest for _step, rest in others} == set(range(STEP))


@pytest.fixture
def cells(location: Any) -> None:
    """Make 30 active patients, of whom 4 had gum care."""
    for number in range(30):
        patient = PatientFactory.create()
        if number < 4:
            Procedure.objects.create(patient=patient, code="D4341", done_on="2026-03-01")


def shown(user: User, *parts: Any, match: str = "all") -> str:
    return str(counting.of_tree(parse({"match": match, "parts": list(parts)}), user=user))


@pytest.mark.django_db
@pytest.mark.usefixtures("cells")
class TestCells:
    """What an editor and a coordinator read of 30 patients."""

    def test_an_editor_reads_no_small_number(self, hannah: User) -> None:
        assert shown(hannah, CODE) == "fewer than 20"
        assert shown(hannah, ACTIVE, CODE) == "fewer than 20"
        assert shown(hannah, ACTIVE) == "30 people"

    def test_nor_the_rest_of_it(self, hannah: User) -> None:
        rest = {"match": "none", "parts": [CODE]}
        assert shown(hannah, ACTIVE, rest) == "within 19 of 30 people"
        assert re.search("26", shown(hannah, ACTIVE, rest)) is None
        assert "26" not in shown(hannah, {**CODE, "how": "never"})
        assert "34" not in shown(hannah, ACTIVE, CODE, match="any")

    def test_whoever_may_see_patients_reads_all(self, rosa: User) -> None:
        assert shown(rosa, CODE) == "4 people"
        assert shown(rosa, ACTIVE, {"match": "none", "parts": [CODE]}) == "26 people"

    def test_a_line_is_masked_as_the_whole_is(self, hannah: User, rosa: User) -> None:
        line = parse({"match": "all", "parts": [CODE]}).parts[0]
        plain = parse({"match": "all", "parts": [ACTIVE]}).parts[0]
        assert str(counting.of_line(line, user=hannah)) == "fewer than 20"  # type: ignore[arg-type]
        assert str(counting.of_line(line, user=rosa)) == "4 people"  # type: ignore[arg-type]
        assert str(counting.of_line(plain, user=hannah)) == "30 people"  # type: ignore[arg-type]


@pytest.mark.django_db
def test_reach_adds_up(location: Any) -> None:
    for _ in range(3):
        letter_reader()
    agree(letter_reader(), is_given=False)
    tree = parse({"match": "all", "parts": [{"ask": "language", "how": "is", "among": ["en"]}]})
    found = counting.reach(tree)
    assert (found.email, found.post, found.neither) == (3, 0, 1)

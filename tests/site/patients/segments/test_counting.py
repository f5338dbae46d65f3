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
from patients.segments.counting import SMALL, masked
from tests.factories.patients import PatientFactory, agree, letter_reader

CODE = {"ask": "had_code", "how": "ever", "code": "D4341"}
ACTIVE = {"ask": "status", "how": "is", "among": ["active"]}


def possible(shown: counting.Shown, base: int, up_to: int = 400) -> list[int]:
    """Return every number that may stand behind what is shown, for one who knows the rule and the base."""
    return [number for number in range(up_to) if masked(number, base) == shown]


@given(number=st.integers(0, 300), base=st.integers(0, 300))
def test_what_is_shown_leaves_ten_possible_numbers_or_no_small_cell(number: int, base: int) -> None:
    behind = possible(masked(number, base), base)
    assert number in behind
    if number < SMALL:
        assert len(behind) == SMALL  # all from none to ten look alike
    elif abs(number - base) < SMALL:
        assert {one - base for one in behind} >= {step for step in range(-10, 11) if base + step >= SMALL}
    else:
        assert all(one >= SMALL and abs(one - base) >= SMALL for one in behind)


@given(first=st.integers(0, 300), second=st.integers(0, 300), base=st.integers(0, 300))
def test_the_difference_of_two_masked_numbers_is_never_known(first: int, second: int, base: int) -> None:
    if first != second and 0 < abs(first - second) < SMALL:
        one, other = possible(masked(first, base), base), possible(masked(second, base), base)
        differences = {abs(left - right) for left in one for right in other}
        assert len(differences) > 1


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
        assert shown(hannah, CODE) == "fewer than 11"
        assert shown(hannah, ACTIVE, CODE) == "fewer than 11"
        assert shown(hannah, ACTIVE) == "30 people"

    def test_nor_the_rest_of_it(self, hannah: User) -> None:
        rest = {"match": "none", "parts": [CODE]}
        assert shown(hannah, ACTIVE, rest) == "within 10 of 30 people"
        assert re.search("26", shown(hannah, ACTIVE, rest)) is None
        assert "26" not in shown(hannah, {**CODE, "how": "never"})
        assert "34" not in shown(hannah, ACTIVE, CODE, match="any")

    def test_whoever_may_see_patients_reads_all(self, rosa: User) -> None:
        assert shown(rosa, CODE) == "4 people"
        assert shown(rosa, ACTIVE, {"match": "none", "parts": [CODE]}) == "26 people"

    def test_a_line_is_masked_as_the_whole_is(self, hannah: User, rosa: User) -> None:
        line = parse({"match": "all", "parts": [CODE]}).parts[0]
        plain = parse({"match": "all", "parts": [ACTIVE]}).parts[0]
        assert str(counting.of_line(line, user=hannah)) == "fewer than 11"  # type: ignore[arg-type]
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

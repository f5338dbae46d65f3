"""Several names in one breath, in the languages of our readers."""

from __future__ import annotations

import pytest
from django.utils import translation

from practice.listing import SOUNDS_LIKE_I, together


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["Ruth"], "Ruth"),
        (["Ruth", "Teo"], "Ruth and Teo"),
        (["Ruth", "Ines"], "Ruth and Ines"),
        (["Ruth", "Teo", "Ana"], "Ruth, Teo, and Ana"),
        (["100%", "%(last)s", "50 %s"], "100%, %(last)s, and 50 %s"),
    ],
)
def test_names_are_joined_as_people_say_them(names: list[str], said: str) -> None:
    with translation.override("en"):
        assert together(names) == said


@pytest.mark.parametrize(
    ("name", "is_so"),
    [("Inés", True), ("Irma", True), ("Hilda", True), ("Ypólito", True), ("Íñigo", True)]
    + [("Hielo", False), ("Yolanda", False), ("Yago", False), ("Ana", False), ("Hugo", False), ("Iago", False)],
)
def test_a_name_that_begins_as_ines_does_is_known(name: str, is_so: bool) -> None:
    assert bool(SOUNDS_LIKE_I.match(name)) is is_so

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


@pytest.mark.parametrize("name", ["Inés", "Irma", "Hilda", "Ypólito", "Íñigo"])
def test_a_name_that_begins_as_ines_does_is_known(name: str) -> None:
    assert SOUNDS_LIKE_I.match(name)
    with translation.override("es"):
        assert together(["Ruth", name]) == f"Ruth e {name}"
        assert together(["Ruth", "Teo", name]) == f"Ruth, Teo e {name}"


@pytest.mark.parametrize("name", ["Hielo", "Yolanda", "Yago", "Ana", "Hugo", "Iago", ""])
def test_any_other_name_is_joined_as_usual(name: str) -> None:
    with translation.override("es"):
        assert together(["Ruth", name]) == f"Ruth y {name}"
        assert together(["Ruth", "Teo", name]) == f"Ruth, Teo y {name}"

"""The drawn portraits: every shape of every person can be drawn, and one is not another."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from home.demo.seed.portraits import portrait, steps
from home.demo.seed.texts import texts


def test_everybody_of_the_team_has_a_portrait_that_says_what_it_shows() -> None:
    team = {one["key"] for one in texts("house")["team"]}
    assert team == set(texts("public")["people"])
    drawn = {key: portrait(key) for key in team}
    assert len(set(drawn.values())) == len(team)
    for key, data in drawn.items():
        assert Image.open(BytesIO(data)).size == (800, 920), key
        assert texts("public")["people"][key]["portrait"].startswith("Drawing of"), key


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        ("M1 2H5V6h-1v-1Z", ["moveTo", "lineTo", "lineTo", "lineTo", "lineTo", "close"]),
        ("M0 0l1 1 2-1", ["moveTo", "lineTo", "lineTo"]),
        ("M0 0q1 1 2 0s3 1 4 0", ["moveTo", "curveTo", "curveTo"]),
    ],
)
def test_a_path_becomes_the_steps_of_a_pen(path: str, calls: list[str]) -> None:
    assert [call for call, _numbers in steps(path)] == calls


def test_relative_steps_add_up() -> None:
    assert [numbers for _call, numbers in steps("M10 10h5v-2l-1.5.5")] == [(10, 10), (15, 10), (15, 8), (13.5, 8.5)]

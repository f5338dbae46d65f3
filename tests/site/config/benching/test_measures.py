"""A measure tells its median, its ratio and how far its runs lie apart."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.benching.measures import Measure, percentile


def line_of(**more: object) -> dict[str, object]:
    """Return the line of a measure of three runs."""
    told: dict[str, object] = json.loads(
        Measure(**{"name": "web.x", "unit": "ms", "values": [3, 1, 2], "goal": "", **more}).as_line()  # type: ignore[arg-type]
    )
    return told


def test_a_line_holds_what_the_contract_names() -> None:
    line = line_of(base=[4, 4, 4], ratio_to="the other")
    assert {"name", "value", "unit", "ratio_to", "ratio", "n", "spread"} <= line.keys()
    assert (line["value"], line["ratio"], line["n"], line["spread"]) == (2, 0.5, 3, 0)


def test_a_busy_machine_is_named() -> None:
    assert "note" not in line_of(base=[10, 11, 12])
    assert "30 %" in str(line_of(base=[10, 11, 14])["note"])
    assert line_of()["ratio"] is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="at least one"):
        percentile([], 0.95)

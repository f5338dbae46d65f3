"""The figures of the editor's preview: one block of a letter is changed, until it is drawn; and the panel beside it."""

from __future__ import annotations

import time
from typing import Any

from config.benching import panel
from config.benching.measures import RUNS, Measure, percentile
from newsletter.editions import letter
from newsletter.editions.models import EditionPage

CHANGES = 200  # a run
TAKEN_OUT = 20  # first ones, while templates and queries are made ready


class NoLetter(RuntimeError):
    """There is no letter with a heading to change."""


def measured() -> list[Measure]:
    """Return how long a change takes, on the letter of the database at hand that has the most blocks.

    Raises:
        NoLetter: when there is none.
        StoryBroken: when the panel does not show what was typed.
    """
    edition = max(EditionPage.objects.all(), key=lambda one: len(one.body), default=None)
    block = next((one for one in edition.body if "heading" in one.value), None) if edition else None
    if edition is None or block is None:
        raise NoLetter("There is no letter to draw; make a demo first, or write one.")
    times: list[float] = []
    for number in range(RUNS):
        changed = [_changed(edition, block, f"{number}.{change}") for change in range(CHANGES + TAKEN_OUT)]
        times.append(percentile(changed[TAKEN_OUT:], 0.99))
    goal = f"p99 under 5 ms; {len(edition.body)} blocks"
    return [Measure(name="preview.mjml", unit="ms", values=times, goal=goal), *panel.measured(edition)]


def _changed(edition: EditionPage, block: Any, words: str) -> float:
    block.value["heading"] = f"Changed {words}"
    begun = time.perf_counter()
    letter.html_of(edition)
    return (time.perf_counter() - begun) * 1000

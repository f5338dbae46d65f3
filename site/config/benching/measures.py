"""One measure: its runs, their median, and what they are compared to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

RUNS = 5
TOO_WIDE = 0.3


@dataclass(frozen=True)
class Measure:
    """Several runs of one thing, beside the same runs of what it is compared to, taken in turns.

    Args:
        name: as the benchmark contract calls it.
        unit: of the values, as "requests/s" or "ms".
        values: one a run.
        ratio_to: what the ratio compares to; "" where nothing is compared.
        base: the other's values, one a run; empty where nothing is compared.
        goal: what was promised, in words.
    """

    name: str
    unit: str
    values: Sequence[float]
    goal: str
    ratio_to: str = ""
    base: Sequence[float] = ()

    @property
    def ratio(self) -> float | None:
        """Return the median of this by the median of the other."""
        return median(self.values) / median(self.base) if self.base else None

    @property
    def spread(self) -> float:
        """Return how far the runs that everything hangs on lie apart: (most - least) / median, of the base if any."""
        runs = self.base or self.values
        return (max(runs) - min(runs)) / median(runs)

    def as_line(self) -> str:
        """Return the measure as one JSON object on a line."""
        told = {
            "name": self.name,
            "value": round(median(self.values), 3),
            "unit": self.unit,
            "ratio_to": self.ratio_to,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "n": len(self.values),
            "spread": round(self.spread, 3),
            "goal": self.goal,
        }
        if self.spread > TOO_WIDE:
            told["note"] = "the machine was too busy: the runs lie further apart than 30 %"
        return json.dumps(told)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of `values` do not exceed.

    Raises:
        ValueError: when there are no values.
    """
    if not values:
        raise ValueError("A percentile needs at least one value.")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]

"""Small lines of thirteen weeks, drawn by the server; the same figures stand in words for who does not see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 180, 44, 5


@dataclass(frozen=True)
class Spark:
    """A line with gaps where there was too little to count, and a dot at its end."""

    lines: list[str]
    areas: list[str]
    dot: tuple[str, str]
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def spark(values: Sequence[float | None], *, words: str, smallest_span: float = 1, from_zero: bool = True) -> Spark:
    """Draw a line.

    Args:
        values: the oldest first; None leaves a gap.
        words: what is read instead of it.
        smallest_span: how much difference fills the height at least, so that little does not look like much.
        from_zero: whether the bottom is nothing; else it is the lowest value.

    Raises:
        ValueError: when there is no value at all.
    """
    known = [value for value in values if value is not None]
    high = max(known)
    low = min(0, *known) if from_zero else min(known)
    if high - low < smallest_span:
        high, low = (low + smallest_span, low) if from_zero else (high, high - smallest_span)

    def point(number: int, value: float) -> tuple[str, str]:
        across = EDGE + number * (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
        up = HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE)
        return f"{across:.1f}", f"{up:.1f}"

    runs = [[point(number, value) for number, value in run] for run in _runs(values)]
    return Spark(
        lines=[" ".join(",".join(each) for each in run) for run in runs],
        areas=[
            f"{run[0][0]},{HEIGHT} {' '.join(','.join(each) for each in run)} {run[-1][0]},{HEIGHT}" for run in runs
        ],
        dot=runs[-1][-1],
        words=words,
    )


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    run: list[tuple[int, float]] = []
    for number, value in enumerate(values):
        if value is not None:
            run.append((number, value))
        elif run:
            yield run
            run = []
    if run:
        yield run

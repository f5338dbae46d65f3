"""What only a whole file tells: in which order its dates are, and which numbers stand in it twice."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from patients.importing import blocks
from patients.importing.dates import Order, Tally
from patients.importing.fields import Field
from patients.importing.refusals import Fault
from patients.importing.values import identity
from patients.models import ImportBatch

KEYS = {"patients": "external_id", "appointments": "visit_id", "procedures": "procedure_id"}
MASK = (1 << 64) - 1


class Seen:
    """Which numbers have been seen, and in which row first: twelve to twenty-four bytes each, however long they are."""

    def __init__(self) -> None:
        self.size, self.count = 1 << 12, 0
        self.keys, self.rows = array("Q", bytes(8 * self.size)), array("I", bytes(4 * self.size))

    def first(self, text: str, row: int) -> int:
        """Return the row in which a number stood first: this one, when it is new."""
        if self.count * 2 >= self.size:
            self._grow()
        place = self._place(key := hash(text) & MASK or 1)
        if self.keys[place]:
            return self.rows[place]
        self.keys[place], self.rows[place] = key, row
        self.count += 1
        return row

    def _place(self, key: int) -> int:
        place = (key * 0x9E3779B97F4A7C15 & MASK) % self.size
        while self.keys[place] not in (0, key):
            place = (place + 1) % self.size
        return place

    def _grow(self) -> None:
        keys, rows = self.keys, self.rows
        self.size *= 2
        self.keys, self.rows = array("Q", bytes(8 * self.size)), array("I", bytes(4 * self.size))
        for key, row in zip(keys, rows, strict=True):
            if key:
                place = self._place(key)
                self.keys[place], self.rows[place] = key, row


@dataclass
class Survey:
    """What was found: field → order, the fields whose order nobody can tell, and (row, first row) of what is twice."""

    orders: dict[str, str] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    again: array[int] = field(default_factory=lambda: array("I"))

    def twice(self) -> Iterator[tuple[int, int]]:
        """Yield (row, first row)."""
        for at in range(0, len(self.again), 2):
            yield self.again[at], self.again[at + 1]


def survey(batch: ImportBatch, fields: dict[str, Field], orders: dict[str, str]) -> Survey:
    """Read every row once.

    Args:
        batch: whose rows.
        fields: of its kind, by name.
        orders: what somebody decided; it counts where the dates themselves do not tell.
    """
    found, seen = Survey(), Seen()
    places = {int(place): name for place, name in batch.mapping.items()}
    tallies = {place: Tally() for place, name in places.items() if fields[name].is_date}
    key_place = next((place for place, name in places.items() if name == KEYS[batch.kind]), None)
    for block in blocks.read(batch):
        for row in block:
            if row.fault:
                continue
            for place, tally in tallies.items():
                tally.take(row.cells[place].strip())
            if key_place is not None and (cell := row.cells[key_place].strip()):
                try:
                    first = seen.first(identity(cell), row.number)
                except Fault:
                    continue
                if first != row.number:
                    found.again.extend((row.number, first))
    for place, tally in tallies.items():
        name = places[place]
        if order := tally.order or orders.get(name) or (None if tally.must_be_asked else Order.MONTH_FIRST):
            found.orders[name] = str(order)
        else:
            found.asks.append(name)
    return found

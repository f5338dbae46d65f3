"""What a row names of the practice: its providers, locations and services, found by how people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from practice.models import Location, Provider, Service

TITLES = re.compile(r"\b(?:dr|doctor|mr|mrs|ms|dds|dmd|md|rdh|phd|msd)\b\.?")


def folded(text: str) -> str:
    """Return a name without title, letters behind it, and signs: "Dr. Theo Lindqvist, DDS" is "theo lindqvist"."""
    return " ".join(re.findall(r"[^\W_]+", TITLES.sub(" ", text.casefold())))


def _by_name(things: Iterable[Any], names: Iterable[str]) -> dict[str, int]:
    """Return pk by every name; a name that several things share names none of them."""
    found: dict[str, set[int]] = {}
    for thing in things:
        for name in names:
            if key := folded(str(getattr(thing, name, "") or "")):
                found.setdefault(key, set()).add(thing.pk)
    return {key: min(pks) for key, pks in found.items() if len(pks) == 1}


@dataclass
class House:
    """The practice's own, by name; `main` is where a visit takes place that names no location."""

    locations: dict[str, int] = field(default_factory=dict)
    providers: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    main: Location | None = None
    zones: dict[int, Any] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls) -> House:
        """Read the practice once, for all rows of a file."""
        locations = list(Location.objects.all())
        providers = list(Provider.objects.all())
        by_name = _by_name(providers, ["name"])
        last: dict[str, set[int]] = {}
        for one in providers:
            if words := folded(one.name).split():
                last.setdefault(words[-1], set()).add(one.pk)
                last.setdefault(" ".join([words[-1], *words[:-1]]), set()).add(one.pk)
        by_name = {key: min(pks) for key, pks in last.items() if len(pks) == 1} | by_name
        return cls(
            _by_name(locations, ["name", "city", "ref"]),
            by_name,
            _by_name(Service.objects.all(), ["name", "slug"]),
            next((one for one in locations if one.is_main), locations[0] if locations else None),
            {one.pk: one.zone for one in locations},
        )

    def find(self, kind: str, name: str) -> int | None:
        """Return the pk of what a row names; None, and counted, where we have no such thing.

        Args:
            kind: locations, providers or services.
            name: as the row has it.
        """
        known: dict[str, int] = getattr(self, kind)
        found = known.get(folded(name))
        if found is None:
            self.unknown[kind] = self.unknown.get(kind, 0) + 1
        return found

"""Which column tells what: recognized by its header, remembered from last time, or given as a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from patients.importing.fields import NEEDED, SIGNS, Field, custom_attributes, fields_of, folded_header
from patients.importing.refusals import FileRefused
from patients.models.imports import FileKind, ImportMapping
from vault.keys import keyed_hash, lasting_id


@dataclass(frozen=True)
class Columns:
    """How a file's columns are read: place → field, and whether that is how it was done last time."""

    kind: str
    places: dict[int, str]
    orders: dict[str, str] = field(default_factory=dict)
    basis: str = ""
    remembered: ImportMapping | None = None

    @property
    def lacking(self) -> str:
        """Return a field that every row needs and no column tells; "" where none lacks."""
        told = set(self.places.values())
        if "name" in told:
            told |= {"given_name", "family_name"}
        return next((name for name in NEEDED[self.kind] if name not in told), "")


def signature_of(header: list[str]) -> str:
    """Return what files with the same header share, without telling it."""
    return keyed_hash("import.header", "\n".join(folded_header(name) for name in header), lasting_id())


def kind_of(header: list[str]) -> str:
    """Return what a file tells of, by its headers: patients, unless only visits or procedures have such columns."""
    folded = {folded_header(name) for name in header}
    for kind, signs in SIGNS.items():
        if folded & signs and not recognized(header, kind).lacking:
            return kind
    if recognized(header, FileKind.PATIENTS).lacking:
        return next((kind for kind in SIGNS if not recognized(header, kind).lacking), FileKind.PATIENTS)
    return FileKind.PATIENTS


def recognized(header: list[str], kind: str = "") -> Columns:
    """Return how columns are read by their headers alone; of two that tell the same, the better known name wins."""
    kind = kind or kind_of(header)
    fields = fields_of(kind, custom_attributes())
    ranks: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(header):
        folded = folded_header(name)
        for one in fields.values():
            if folded and folded in one.headers:
                rank = (one.headers.index(folded), place)
                ranks[one.name] = min(ranks.get(one.name, rank), rank)
    places: dict[int, str] = {}
    for name, (_rank, place) in sorted(ranks.items(), key=lambda item: item[1]):
        places.setdefault(place, name)
    if "given_name" in places.values() and "family_name" in places.values():
        places = {place: name for place, name in places.items() if name != "name"}
    return Columns(kind, dict(sorted(places.items())))


def remembered(header: list[str]) -> Columns | None:
    """Return how a file with this header was read last time; None where there was none."""
    found = ImportMapping.objects.filter(signature=signature_of(header)).first()
    if found is None:
        return None
    known = fields_of(found.kind, custom_attributes())
    places = {int(place): name for place, name in found.mapping.items() if name in known and int(place) < len(header)}
    return Columns(found.kind, places, dict(found.orders), found.basis, found)


def given(header: list[str], map_: object) -> Columns:
    """Return how columns are read by a map, header → field; an empty field leaves a column out.

    Columns that the map does not name are read as their headers say.

    Raises:
        FileRefused: map_shape, map_column, bad_map, map_twice.
    """
    if not isinstance(map_, Mapping) or not all(isinstance(part, str | None) for pair in map_.items() for part in pair):
        raise FileRefused("map_shape")
    wanted: dict[str, Any] = {folded_header(str(name)): value or "" for name, value in map_.items()}
    there = {folded_header(name): place for place, name in reversed(list(enumerate(header)))}
    if set(wanted) - set(there):
        raise FileRefused("map_column")
    kind = _kind_of_map(wanted, header)
    known = _by_any_name(fields_of(kind, custom_attributes()))
    places: dict[int, str] = {}
    for name, value in wanted.items():
        if not value:
            continue
        target = known.get(folded_header(value))
        if target is None:
            raise FileRefused("bad_map", field=value)
        if target in places.values():
            raise FileRefused("map_twice", field=target)
        places[there[name]] = target
    for place, name in recognized(header, kind).places.items():
        if folded_header(header[place]) not in wanted and name not in places.values():
            places[place] = name
    return Columns(kind, dict(sorted(places.items())))


def _kind_of_map(wanted: dict[str, Any], header: list[str]) -> str:
    """Return the kind whose fields the map names, else the header's."""
    named = {folded_header(str(value)) for value in wanted.values() if value}
    for kind in (FileKind.APPOINTMENTS, FileKind.PROCEDURES):
        own = {folded_header(name) for name in fields_of(kind)} - {
            folded_header(name) for name in fields_of(FileKind.PATIENTS)
        }
        if len(named & own) >= 2 or named & {"starts on", "done on"}:
            return kind
    return kind_of(header) if not named else FileKind.PATIENTS


def _by_any_name(fields: dict[str, Field]) -> dict[str, str]:
    """Return the fields by name, label, and the headers that mean them."""
    found: dict[str, str] = {}
    for name, one in fields.items():
        for called in (*reversed(one.headers), folded_header(str(one.label))):
            found.setdefault(called, name)
    return found | {folded_header(name): name for name in fields}

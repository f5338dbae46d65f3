"""A tree while it is being built: what a form sent, changed by one button, never losing what was filled in."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict

from patients.segments.inputs import Span
from patients.segments.registry import Criterion, How, catalogue
from patients.segments.tree import DEEPEST, Match, Path

_FIELD = re.compile(r"n((?:-\d{1,2}){0,6})\.(\w{1,40})", re.ASCII)
MOST_PARTS = 80
type Draft = dict[str, Any]


def empty() -> Draft:
    """Return what a new segment begins with: one question that is not chosen yet."""
    return {"match": Match.ALL.value, "parts": [blank_line()]}


def blank_line() -> Draft:
    """Return a question that is not chosen yet."""
    return {"ask": "", "how": ""}


def key_of(path: Path) -> str:
    """Return the name under which a place stands in the form: "n-2-0"."""
    return "-".join(["n", *map(str, path)])


def path_of(text: str) -> Path:
    """Return the place that a button names: "2-0" → (2, 0)."""
    return tuple(int(part) for part in text.split("-") if part.isdecimal())


def sent(data: QueryDict) -> Draft:
    """Return the tree that a form sent, in the order of its places; what makes no sense is left out."""
    places: dict[Path, dict[str, Any]] = {}
    for name in data:
        if (found := _FIELD.fullmatch(name)) and len(places) < MOST_PARTS:
            values = data.getlist(name)
            many = len(values) > 1 or found[2] in {"among", "span"}
            places.setdefault(path_of(found[1]), {})[found[2]] = values if many else values[0]
    return _group(places, ())


def _group(places: dict[Path, dict[str, Any]], path: Path) -> Draft:
    match = str(places.get(path, {}).get("match", ""))
    below = sorted(other for other in places if len(other) == len(path) + 1 and other[: len(path)] == path)
    parts = [_group(places, other) if "match" in places[other] else _line(places[other]) for other in below]
    return {"match": match if match in Match.values else Match.ALL.value, "parts": parts}


def _line(values: dict[str, Any]) -> Draft:
    return {"ask": "", "how": "", **values}


def completed(draft: Draft, known: dict[str, Criterion] | None = None) -> Draft:
    """Return the tree with a way and values wherever a question was just chosen; what was filled in stays."""
    known = catalogue() if known is None else known
    if "match" in draft:
        return {**draft, "parts": [completed(part, known) for part in draft["parts"]]}
    criterion = known.get(str(draft.get("ask", "")))
    if criterion is None:
        return draft
    how = criterion.by_name.get(str(draft.get("how", ""))) or criterion.hows[0]
    filled = {blank.name: draft.get(blank.name, _first(blank)) for blank in how.blanks}
    return {"ask": criterion.name, "how": how.name, **filled}


def _first(blank: Any) -> Any:
    value = blank.first()
    return value.split(" ") if isinstance(blank, Span) else value


def way_of(line: Draft, known: dict[str, Criterion]) -> tuple[Criterion, How] | None:
    """Return question and way of a line; None while none is chosen."""
    criterion = known.get(str(line.get("ask", "")))
    if criterion is None:
        return None
    return criterion, criterion.by_name.get(str(line.get("how", "")), criterion.hows[0])


def changed(draft: Draft, do: str, path: Path) -> Path:
    """Change a tree in place as a button says, and return the place that has the focus then.

    Args:
        draft: the tree.
        do: "question", "group" or "not" adds to the group at `path`; "remove" takes what stands at `path` away.
        path: the place.
    """
    if do == "remove":
        return _removed(draft, path)
    group = _at(draft, path)
    if group is None or "match" not in group or do not in {"question", "group", "not"}:
        return path
    if do == "question":
        return _added(group, path, blank_line())
    if do == "group" and len(path) + 1 < DEEPEST:
        return (*_added(group, path, {"match": Match.ANY.value, "parts": [blank_line()]}), 0)
    if do == "not":
        for place, part in enumerate(group["parts"]):
            if part.get("match") == Match.NONE:
                return _added(part, (*path, place), blank_line())
        if len(path) + 1 < DEEPEST:
            return (*_added(group, path, {"match": Match.NONE.value, "parts": [blank_line()]}), 0)
    return path


def _added(group: Draft, path: Path, part: Draft) -> Path:
    group["parts"].append(part)
    return (*path, len(group["parts"]) - 1)


def _removed(draft: Draft, path: Path) -> Path:
    """Take a part away, and the groups that are empty then."""
    parent = _at(draft, path[:-1]) if path else None
    if parent is None or path[-1] >= len(parent["parts"]):
        return ()
    del parent["parts"][path[-1]]
    if not parent["parts"] and len(path) > 1:
        return _removed(draft, path[:-1])
    return path[:-1]


def _at(draft: Draft, path: Path) -> Draft | None:
    node = draft
    for place in path:
        if "match" not in node or place >= len(node["parts"]):
            return None
        node = node["parts"][place]
    return node


def as_tree(draft: Draft) -> Draft:
    """Return a draft as `tree.parse` reads it: one value a blank, spans as one text."""
    if "match" in draft:
        return {"match": draft["match"], "parts": [as_tree(part) for part in draft["parts"]]}
    return {
        name: " ".join(value) if name == "span" and isinstance(value, list) else value for name, value in draft.items()
    }


def _is_span(name: str, value: Any) -> bool:
    return name == "span" and isinstance(value, list)


def as_draft(tree: Draft) -> Draft:
    """Return a saved tree as the form shows it."""
    if "match" in tree:
        return {"match": tree["match"], "parts": [as_draft(part) for part in tree["parts"]]}
    return {name: value.split(" ") if name == "span" else value for name, value in tree.items()}

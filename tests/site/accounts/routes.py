"""Every route of the house, as the URLconf has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils import translation

GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\((?:[^()])*\))*\)")


@dataclass(frozen=True)
class Route:
    """One pattern: its full name (or its text, where it has no name), its path with `{kwarg}` holes, and its view."""

    name: str
    path: str
    kwargs: tuple[str, ...]
    view: Any


def all_routes() -> list[Route]:
    """Return every route that the URLconf reaches; one that has an address in Spanish too is there once more."""
    with translation.override("en"):
        routes = list(_walk(get_resolver(), "", "/"))
    with translation.override("es"):
        twins = [route for route in _walk(get_resolver(), "", "/") if route.path.startswith("/es/")]
    return [*routes, *twins]


def _walk(resolver: URLResolver, space: str, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        text = _path_of(entry)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, inner, prefix + text)
        elif isinstance(entry, URLPattern):
            path = prefix + text
            name = f"{space}{entry.name}" if entry.name else f"{prefix}{entry.pattern}".removeprefix("/")
            yield Route(name, path, tuple(re.findall(r"\{(\w+)\}", path)), entry.callback)


def _path_of(entry: URLPattern | URLResolver) -> str:
    """Return the pattern with `<int:pk>` as `{pk}`, and a plain regular expression as the path it means."""
    text = str(entry.pattern)
    if isinstance(entry.pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", text)
    return re.sub(r"^\^|\$$", "", GROUP.sub(r"{\1}", text))

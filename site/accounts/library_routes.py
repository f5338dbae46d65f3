"""The routes that libraries bring, who may use them and why: they cannot carry a decorator of ours."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class LibraryRoute:
    """Routes of a library: a pattern of `namespace:name`, who may, and the reason.

    `who` is "public", "signed_in", "staff" (the library asks for the admin permission itself), or "closed" (answers
    404 or leads to our sign-in page for everybody).
    """

    pattern: str
    who: str
    reason: str


LIBRARY_ROUTES: tuple[LibraryRoute, ...] = ()


def library_route_of(name: str) -> LibraryRoute | None:
    """Return the first entry whose pattern fits `name` (`namespace:name`), or None for a route nobody entered."""
    return next((route for route in LIBRARY_ROUTES if fnmatchcase(name, route.pattern)), None)

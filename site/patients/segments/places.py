"""ZIP codes and how far they lie apart: a set of codes around one, the same for SQL and for Python."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

import zipcodes

EARTH = 3958.8  # miles
FARTHEST = 100  # miles: beyond that the set of codes is no neighborhood any more
MILES_A_DEGREE = 69.0


@lru_cache(maxsize=1)
def _all() -> dict[str, tuple[float, float]]:
    """Return where each ZIP code lies: read once in the life of a process, about 5 MB."""
    found: list[dict[str, str]] = zipcodes.list_all()  # type: ignore[no-untyped-call]
    return {one["zip_code"]: (float(one["lat"]), float(one["long"])) for one in found if one["lat"]}


def is_known(code: str) -> bool:
    """Return whether we know where a ZIP code of five digits lies."""
    return code in _all()


@lru_cache(maxsize=64)
def around(code: str, miles: int) -> frozenset[str]:
    """Return the ZIP codes whose middle lies at most `miles` from the middle of `code`, itself among them.

    A box comes first, so that only some hundreds are measured. An unknown code has no neighbors.
    """
    if code not in _all():
        return frozenset()
    latitude, longitude = _all()[code]
    high = miles / MILES_A_DEGREE
    wide = miles / (MILES_A_DEGREE * max(0.05, cos(radians(abs(latitude) + high))))
    return frozenset(
        other
        for other, (lat, lon) in _all().items()
        if abs(lat - latitude) <= high
        and abs(lon - longitude) <= wide
        and _miles(latitude, longitude, lat, lon) <= miles
    )


def _miles(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))

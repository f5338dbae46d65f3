"""Primary keys made in Python: UUIDs whose order is the order of time (RFC 9562, version 7)."""

from __future__ import annotations

import secrets
import time
from uuid import UUID

VERSION_BITS = ~(0xF << 76), 0x7 << 76
VARIANT_BITS = ~(0x3 << 62), 0x2 << 62
RANDOM_BYTES = 10


def uuid7() -> UUID:
    """Return a version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits."""
    (found,) = many(1)
    return found


def many(count: int) -> list[UUID]:
    """Return version 7 UUIDs of one moment; chance is asked once for all."""
    moment = (time.time_ns() // 1_000_000) << 80
    chance = memoryview(secrets.token_bytes(RANDOM_BYTES * count))
    found = []
    for at in range(0, len(chance), RANDOM_BYTES):
        value = moment | int.from_bytes(chance[at : at + RANDOM_BYTES])
        value = value & VERSION_BITS[0] | VERSION_BITS[1]
        found.append(UUID(int=value & VARIANT_BITS[0] | VARIANT_BITS[1]))
    return found

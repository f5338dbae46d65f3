"""Names that people say: random references in Crockford's base 32, without look-alikes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import reduce

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
REF_LENGTH = 4
CODE_LENGTH = 8
KEY_LENGTH = 26  # 128 bits
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_SHIFTS = range(5 * (KEY_LENGTH - 2), -1, -10)
_HEARD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def code(length: int = CODE_LENGTH) -> str:
    """Return `length` random characters (5 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def fresh(prefix: str, *, taken: Callable[[str], bool], length: int = REF_LENGTH) -> str:
    """Return `PREFIX-XXXX` that is not taken, growing by one character after eight misses.

    Args:
        prefix: the kind's letters, as JR.
        taken: says whether a reference is in use.
        length: random characters to begin with, at least 4.
    """
    while True:
        for _ in range(8):
            ref = f"{prefix}-{code(length)}"
            if not taken(ref):
                return ref
        length += 1


def spelled(number: int) -> str:
    """Return a number of 128 bits in 26 characters."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def number_of(text: str) -> int | None:
    """Return the number that `spelled` wrote; None for any other text."""
    if len(text) != KEY_LENGTH or not set(text) <= set(ALPHABET):
        return None
    number = reduce(lambda before, character: before << 5 | ALPHABET.index(character), text, 0)
    return number if number < 1 << 128 else None


def heard(text: str) -> str:
    """Return what somebody typed after hearing a reference: upper case, no blanks, and behind the prefix O as 0, I and
    L as 1.
    """
    prefix, dash, random = "".join(text.split()).upper().rpartition("-")
    return f"{prefix}{dash}{random.translate(_HEARD)}"

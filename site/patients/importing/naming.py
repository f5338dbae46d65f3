"""Public names for many rows at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.db import models

from vault.refs import ALPHABET, REF_LENGTH

FEW = 500
SELDOM = 1_000  # one group in so many meets a name that is taken, and is written again


def refs(model: type[models.Model], prefix: str, count: int, standing: int) -> list[str]:
    """Return new references: few are as short as can be and asked for, many are so long that none is taken.

    Args:
        model: whose `ref`.
        prefix: the kind's letters.
        count: how many are needed.
        standing: about how many there are already.
    """
    length, is_asked = REF_LENGTH, count <= FEW
    rarity = 32 if is_asked else count * SELDOM
    while len(ALPHABET) ** length < (standing + count) * rarity:
        length += 1
    found: set[str] = set()
    while len(found) < count:
        drawn = {f"{prefix}-{text}" for text in _texts(count - len(found), length)} - found
        if is_asked:
            drawn -= set(model._default_manager.filter(ref__in=drawn).values_list("ref", flat=True))
        found |= drawn
    return list(found)


_LETTERS = (ALPHABET * 8).encode()  # 256 / 32: each byte of chance is one letter, all alike often


def _texts(count: int, length: int) -> Iterator[str]:
    letters = secrets.token_bytes(count * length).translate(_LETTERS).decode()
    return (letters[at : at + length] for at in range(0, count * length, length))

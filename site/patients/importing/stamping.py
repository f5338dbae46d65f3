"""Many rows of one kind from one pattern, at a tenth of the cost of making each anew; and names for all of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models.base import ModelState

from vault.refs import ALPHABET, REF_LENGTH

FEW = 500
SELDOM = 1_000  # one group in so many meets a name that is taken, and is written again


def stamp[M: models.Model](model: type[M], **fixed: Any) -> Callable[..., M]:
    """Return a maker of new instances that differ from one another in a few columns.

    What a model does when an instance is made is done once, for the pattern; saving them is as always.

    Args:
        model: whose instances.
        fixed: what all have in common.
    """
    pattern = {name: value for name, value in model(**fixed).__dict__.items() if name != "_state"}

    def make(**given: Any) -> M:
        made = model.__new__(model)
        made.__dict__.update(pattern)
        made.__dict__.update(given)
        made.__dict__["_state"] = ModelState()
        return made

    return make


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


_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def _texts(count: int, length: int) -> Iterator[str]:
    for _one in range(count):
        value, text = secrets.randbits(5 * (length + 1)), ""
        while len(text) < length:
            text += _PAIRS[value & 1023]
            value >>= 10
        yield text[:length]

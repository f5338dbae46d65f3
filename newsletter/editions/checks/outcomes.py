"""What a check says: fine, look, or must fix, why in one sentence, and where that can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from newsletter.editions.models import EditionPage


class Verdict(StrEnum):
    """How a check came out."""

    FINE = "fine"
    LOOK = "look"
    MUST_FIX = "must_fix"


@dataclass(frozen=True)
class Check:
    """One check and how it came out.

    Args:
        name: what was looked at.
        verdict: how it came out.
        sentence: why, in the editor's words.
        where: the address in the admin where it is mended; "" leads to the letter as a whole.
    """

    name: str | Promise
    verdict: Verdict
    sentence: str
    where: str = ""

    @property
    def is_in_the_way(self) -> bool:
        """Whether the letter cannot go before this is mended."""
        return self.verdict == Verdict.MUST_FIX

    @property
    def wants_a_look(self) -> bool:
        """Whether somebody must have looked at it before the letter goes."""
        return self.verdict == Verdict.LOOK


def in_editor(edition: EditionPage, *path: object) -> str:
    """Return the address of a field or a block in the letter's editor, as Wagtail's own links to a place have it.

    Args:
        edition: the letter; one that is not kept yet has no editor, and gives "".
        path: from the page inwards, as "body", the block's id, "heading"; what is None ends it.
    """
    if edition.pk is None:
        return ""
    steps: list[str] = []
    for step in path:
        if step is None:
            break
        steps.append(str(step))
    address = reverse("wagtailadmin_pages:edit", args=[edition.pk])
    return f"{address}#:w:contentpath={'.'.join(steps)}" if steps else address


def at_block(edition: EditionPage, block: Any, *path: object) -> str:
    """Return the address of a block in the editor, or of a field within it.

    Args:
        edition: the letter.
        block: a child of its body.
        path: from the block inwards.
    """
    return in_editor(edition, "body", block.id, *path)

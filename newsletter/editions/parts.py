"""The blocks of one letter, each drawn by itself: one that cannot be drawn never takes the others with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from content import mjml
from content.blocks.ground import BlockFailed, in_its_place
from newsletter.editions.models import EditionPage

MOST_BLOCKS = 200


@dataclass(frozen=True)
class Failure:
    """A block of a letter that cannot be drawn, and why, in the editor's words."""

    block: Any
    why: str


class Unfit(mjml.Refused):
    """Blocks of the letter cannot be drawn; `failures` says which."""

    def __init__(self, failures: list[Failure]) -> None:
        self.failures = failures
        super().__init__(" ".join(dict.fromkeys(failure.why for failure in failures)))


def weigh(edition: EditionPage) -> None:
    """Refuse a letter that is far too large before any of it is drawn, which would take minutes.

    Raises:
        content.mjml.Refused: with the number and the most that there may be.
    """
    number = len(edition.body)
    if number > MOST_BLOCKS:
        words = {"n": f"{number:,}", "most": MOST_BLOCKS}
        raise mjml.Refused(_("The letter has %(n)s blocks; it may have at most %(most)d.") % words)
    size = len(json.dumps(edition.body.get_prep_value(), default=str))
    if size > mjml.MOST_CHARACTERS:
        words = {"n": f"{size:,}", "most": f"{mjml.MOST_CHARACTERS:,}"}
        raise mjml.Refused(_("The letter is too large: %(n)s characters; it may have at most %(most)s.") % words)


def drawn(
    edition: EditionPage, kind: str, context: dict[str, Any], *, shows_failures: bool = False
) -> list[SafeString]:
    """Return each block of a letter as `mjml` or `txt`, in their order.

    Args:
        edition: the letter.
        kind: one of content.blocks.ground.KINDS.
        context: what the letter knows.
        shows_failures: whether a message stands where a block cannot be drawn, as in a preview.

    Raises:
        Unfit: when blocks cannot be drawn and no message may stand in their place.
    """
    parts: list[SafeString] = []
    failures: list[Failure] = []
    _fetch(edition)
    for block in edition.body:
        try:
            parts.append(block.block.render_as(kind, block.value, context))
        except BlockFailed as failed:
            failures.append(Failure(block, str(failed)))
            parts.append(in_its_place(failed, kind))
    if failures and not shows_failures:
        raise Unfit(failures)
    return parts


def unfit_for_the_web(edition: EditionPage) -> list[Failure]:
    """Return the blocks that cannot be drawn on the letter's page, which leaves them out where everybody reads."""
    found: list[Failure] = []
    _fetch(edition)
    for block in edition.body:
        try:
            block.block.render_as("html", block.value, {"page": edition})
        except BlockFailed as failed:
            found.append(Failure(block, str(failed)))
    return found


def _fetch(edition: EditionPage) -> None:
    """Let the blocks of each kind ask the database together."""
    values: dict[str, list[Any]] = {}
    for block in edition.body:
        values.setdefault(block.block_type, []).append(block.value)
    for name, theirs in values.items():
        edition.body.stream_block.child_blocks[name].fetch(theirs)


def sound(edition: EditionPage, parts: list[SafeString], *, shows_failures: bool = False) -> list[SafeString]:
    """Return the MJML of a letter's blocks with a message in the place of those that MJML refuses.

    Args:
        edition: the letter.
        parts: its blocks as MJML, in their order.
        shows_failures: as in `drawn`.

    Raises:
        Unfit: when no message may stand in their place.
    """
    kept: list[SafeString] = []
    failures: list[Failure] = []
    for block, part in zip(edition.body, parts, strict=True):
        try:
            mjml.check(f"<mjml><mj-body>{part}</mj-body></mjml>")
        except mjml.Refused as error:
            failures.append(Failure(block, f"{block.block.label}: {error}"))
            kept.append(in_its_place(BlockFailed(str(block.block.label)), "mjml"))
        else:
            kept.append(part)
    if failures and not shows_failures:
        raise Unfit(failures)
    return kept

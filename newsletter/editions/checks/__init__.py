"""What must be right before a letter leaves: each check says fine, look, or must fix, and why, in one sentence."""

from __future__ import annotations

from datetime import date

from content import mjml
from delivery.envelope import Letter
from newsletter.editions import letter
from newsletter.editions.checks import chosen, whole, writing
from newsletter.editions.checks.outcomes import Check, Verdict
from newsletter.editions.models import EditionPage
from practice import clocks

__all__ = ["Check", "Verdict", "run"]


def run(edition: EditionPage, *, day: date | None = None) -> list[Check]:
    """Return the outcome of every check of an edition as it stands.

    Args:
        edition: the newest revision.
        day: of sending; today by default.
    """
    day = day or clocks.today()
    try:
        made: Letter | None = letter.compose(edition)
        trouble = ""
    except (mjml.Refused, letter.NoPractice) as error:
        made, trouble = None, str(error)
    return [
        writing.subject(edition),
        *writing.issued(edition, day),
        *writing.blocks(edition),
        *chosen.pictures(edition),
        *chosen.tips(edition, day),
        *chosen.events(edition, day),
        *chosen.testimonials(edition),
        whole.size(edition, made, trouble),
        whole.way_out(edition, made),
    ]

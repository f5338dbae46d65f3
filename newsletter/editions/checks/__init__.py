"""What must be right before a letter leaves: each check says fine, look, or must fix, and why, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from content import mjml
from delivery.envelope import Letter
from newsletter.editions import letter, parts
from newsletter.editions.checks import chosen, health, links, reading, rules, whole, writing
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays
from practice import clocks

__all__ = ["Check", "Verdict", "run"]


def run(edition: EditionPage, *, day: date | None = None, seconds: float = 0) -> list[Check]:
    """Return the outcome of every check of an edition as it stands.

    Args:
        edition: the newest revision.
        day: of sending; today by default.
        seconds: how long the sites that it links to may be asked; without it only what is known of them counts.
    """
    day = day or clocks.today()
    try:
        parts.weigh(edition)
    except mjml.Refused as error:  # the other checks would take minutes
        return [Check(gettext_lazy("Blocks"), Verdict.MUST_FIX, str(error), in_editor(edition, "body"))]
    whole_letter = InWays(edition)
    share = seconds / (1 + len(whole_letter.translations))
    return [
        *_of_page(edition, day, share),
        *rules.for_whom(edition, whole_letter),
        *rules.languages(whole_letter),
        *_of_translations(whole_letter, day, share),
    ]


def _of_page(edition: EditionPage, day: date, seconds: float = 0) -> list[Check]:
    made, found = _composed(edition)
    drawn = letter.drawn_in_each_language(edition)
    linked = links.of_letter(edition, drawn)
    return [
        writing.subject(edition),
        *writing.second_subject(edition),
        *writing.issued(edition, day),
        *writing.blocks(edition),
        *links.links(edition, linked, seconds=seconds),
        *health.health(edition, linked),
        *chosen.pictures(edition),
        *reading.reads(edition, drawn[0] if drawn else [""] * len(edition.body)),
        *chosen.tips(edition, day),
        *chosen.events(edition, day),
        *chosen.testimonials(edition),
        *found,
        *(whole.web_copy(edition) if made else ()),  # where the mail cannot be made, its blocks are named already
        *whole.sender(edition),
        *whole.way_out(edition, made),
    ]


def _of_translations(whole_letter: InWays, day: date, seconds: float) -> Iterator[Check]:
    """Say of the translations only what stands in the way."""
    for code, page in whole_letter.translations.items():
        for check in _of_page(page, day, seconds):
            if check.is_in_the_way:
                yield replace(check, name=f"{check.name}, {dict(settings.LANGUAGES)[code]}")


def _composed(edition: EditionPage) -> tuple[Letter | None, list[Check]]:
    """Return the letter as it would leave, and what is to be said of it as a whole; None where it cannot be made."""
    name = gettext_lazy("Size and plain text")
    try:
        made = letter.compose(edition)
    except parts.Unfit as error:
        return None, [
            Check(name, Verdict.MUST_FIX, failure.why, at_block(edition, failure.block)) for failure in error.failures
        ]
    except letter.NoPractice as error:
        return None, [Check(name, Verdict.MUST_FIX, str(error), reverse("wagtailsnippets_practice_practice:list"))]
    except mjml.Refused as error:
        return None, [Check(name, Verdict.MUST_FIX, str(error), in_editor(edition, "body"))]
    return made, [whole.size(edition, made)]

"""Checks of how a letter reads: its headings in order, plain words, and contrast in light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import reading
from content.palette import palette
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage
from practice.models import Practice

NAME = gettext_lazy("Reading")
HEADING = re.compile(r"<h([1-6])\b")
SPANISH = "es"
# what stands on what in a letter: templates/editions/letter.mjml
IN_LETTERS = frozenset(
    {
        *(("ink", "surface"), ("ink-2", "surface"), ("link", "surface"), ("accent", "surface"), ("ink", "tint")),
        *(("on-brand", "brand"), ("on-deep", "deep"), ("on-deep-2", "deep")),
    }
)


def reads(edition: EditionPage, drawn: Sequence[str]) -> Iterator[Check]:
    """Ask for a look at headings out of order, hard words and weak contrast.

    Args:
        edition: the letter.
        drawn: its blocks as MJML, in their order.
    """
    level, doubts = _level(edition)
    lowest = _lowest_contrast()
    found = [*_headings(edition, drawn), *doubts, *_contrast(lowest)]
    yield from found
    if not found:
        contrast = _("Contrast from %(ratio)s to 1.") % {"ratio": f"{lowest[0]:.1f}"}
        sentence = " ".join(part for part in (_("Headings in order."), level, contrast) if part)
        yield Check(NAME, Verdict.FINE, sentence, in_editor(edition, "body"))


def _headings(edition: EditionPage, drawn: Sequence[str]) -> Iterator[Check]:
    """Find a heading that skips a level, or a second one of the first level."""
    before, largest = 0, 0
    for block, part in zip(edition.body, drawn, strict=True):
        for level in map(int, HEADING.findall(part)):
            largest += level == 1
            words = {"block": block.block.label}
            if level == 1 and largest > 1:
                sentence = _("“%(block)s” is a second large heading; a letter has one.") % words
                yield Check(NAME, Verdict.LOOK, sentence, at_block(edition, block))
            elif before and level > before + 1:
                sentence = _("The heading of “%(block)s” skips a level.") % words
                yield Check(NAME, Verdict.LOOK, sentence, at_block(edition, block))
            before = level


def _level(edition: EditionPage) -> tuple[str, list[Check]]:
    """Return how hard the letter is to read, in words, and what is to be said against it."""
    text = reading.text_of(edition)
    where = in_editor(edition, "body")
    if edition.locale.language_code == SPANISH:
        ease = reading.ease(text)
        if ease is None or ease >= reading.FAIRLY_EASY:
            return ("" if ease is None else _("Reading ease %(n)d of 100.") % {"n": round(ease)}), []
        words = {"n": round(ease), "good": reading.FAIRLY_EASY}
        sentence = _("Reading ease %(n)d of 100; from %(good)d on nearly everybody reads it. Shorter sentences help.")
        return "", [Check(NAME, Verdict.LOOK, sentence % words, where)]
    grade = reading.grade(text)
    if grade is None or round(grade) <= reading.EASY:
        return ("" if grade is None else _("Reading grade %(n)d.") % {"n": round(grade)}), []
    words = {"n": round(grade), "good": reading.EASY}
    sentence = _("Reading grade %(n)d; up to grade %(good)d nearly everybody reads it. Shorter sentences help.") % words
    return "", [Check(NAME, Verdict.LOOK, sentence, where)]


def _lowest_contrast() -> tuple[float, float, str]:
    """Return the lowest contrast of words in a letter, the least that it should be, and which words those are."""
    practice = Practice.get()
    branding = getattr(practice, "branding", None)
    colors = branding.palette if branding else palette()
    readings = [
        one for theme in ("light", "dark") for one in colors.readings(theme) if (one.words, one.ground) in IN_LETTERS
    ]
    weakest = min(readings, key=lambda one: one.ratio / one.least)
    return weakest.ratio, weakest.least, weakest.words_name


def _contrast(lowest: tuple[float, float, str]) -> Iterator[Check]:
    ratio, least, words = lowest
    if ratio < least:
        values = {"words": words, "ratio": f"{ratio:.1f}", "least": f"{least:g}"}
        sentence = _("%(words)s have a contrast of %(ratio)s to 1; everybody can read from %(least)s on.") % values
        yield Check(NAME, Verdict.LOOK, sentence, reverse("wagtailsnippets_content_branding:list"))

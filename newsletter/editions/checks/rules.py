"""Checks of whom the blocks are for, and of the languages in which the letter stands."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content import whom
from delivery.ways import MARKS
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import MOST_WAYS, InWays

NAME = gettext_lazy("For whom")


def for_whom(edition: EditionPage, letter: InWays) -> Iterator[Check]:
    """Demand that every rule can be asked and that nobody's letter is empty; ask for a look where health chooses."""
    troubles = list(letter.troubles())
    for trouble in troubles:
        sentence = _("%(block)s: %(why)s") % {"block": trouble.block.block.label, "why": trouble.why}
        yield Check(NAME, Verdict.MUST_FIX, sentence, at_block(trouble.page, trouble.block, "for_whom"))
    where = in_editor(edition, "body")
    if letter.has_too_many_rules:
        sentence = _("The blocks are for %(n)d different groups; there may be %(most)d at most.")
        yield Check(NAME, Verdict.MUST_FIX, sentence % {"n": len(letter.keys), "most": len(MARKS)}, where)
    elif letter.has_too_many_ways:
        sentence = _(
            "With %(rules)d rules the letter could leave in %(n)d ways; nobody can look through more than %(most)d. "
            "Take a rule away."
        )
        numbers = {"rules": len(letter.rules), "n": letter.number, "most": MOST_WAYS}
        yield Check(NAME, Verdict.MUST_FIX, sentence % numbers, where)
    for page in letter.pages:
        if len(page.body) and not page.blocks_for():
            sentence = _("Every block is for some only. Whoever is none of them would get an empty letter.")
            yield Check(NAME, Verdict.MUST_FIX, sentence, in_editor(page, "body"))
    clinical = [rule.label for rule in letter.rules.values() if rule.is_clinical]
    if clinical:
        words = {"rules": ", ".join(f"“{label}”" for label in clinical)}
        sentence = _("Chosen by health: %(rules)s. Who gets such a block can tell why, and so can who reads along.")
        yield Check(NAME, Verdict.LOOK, sentence % words, _first_of(edition, letter) or where)
    elif letter.rules and not troubles:
        count = ngettext("%(n)d rule, and it can be asked.", "%(n)d rules, and each can be asked.", len(letter.rules))
        yield Check(NAME, Verdict.FINE, count % {"n": len(letter.rules)}, where)


def _first_of(edition: EditionPage, letter: InWays) -> str:
    clinical = {rule.key for rule in letter.rules.values() if rule.is_clinical}
    found = (block for block in edition.body if whom.of(block.value) in clinical)
    return next((at_block(edition, block, "for_whom") for block in found), "")


def languages(letter: InWays) -> Iterator[Check]:
    """Ask for a look where a translation stands that is not published: its readers get the other language."""
    for code, page in letter.in_other_languages.items():
        words = {"language": dict(settings.LANGUAGES)[code]}
        if not page.live:
            sentence = _("It stands in %(language)s too, and is not published: its readers get these words instead.")
        elif page.has_unpublished_changes:
            sentence = _("In %(language)s the published words go out; somebody has changed them since.")
        else:
            continue
        yield Check(gettext_lazy("Languages"), Verdict.LOOK, sentence % words, in_editor(page))

"""Checks of what the editor wrote: subject and preview text, the date, and each block by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from content import merge
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage

LONG_SUBJECT = 78


def subject(edition: EditionPage) -> Check:
    """Demand a subject and known tags with fallbacks; ask for a look at one that is cut, or no preview text."""
    name = gettext_lazy("Subject and preview text")
    at_subject = in_editor(edition, "subject")
    problems = [(one, at_subject) for one in merge.problems(edition.subject, links=False)]
    problems += [(one, in_editor(edition, "preheader")) for one in merge.problems(edition.preheader, links=False)]
    if not edition.subject.strip():
        problems.insert(0, (_("There is no subject yet."), at_subject))
    if problems:
        return Check(name, Verdict.MUST_FIX, " ".join(one for one, _where in problems), problems[0][1])
    length = len(edition.shown_subject)
    if length > LONG_SUBJECT:
        return Check(name, Verdict.LOOK, _("%(n)d characters; most mail programs cut it.") % {"n": length}, at_subject)
    if not edition.preheader.strip():
        words = _("No preview text: the inbox shows the letter's first words instead.")
        return Check(name, Verdict.LOOK, words, in_editor(edition, "preheader"))
    return Check(name, Verdict.FINE, _("%(n)d characters, and every name has a fallback.") % {"n": length}, at_subject)


def second_subject(edition: EditionPage) -> Iterator[Check]:
    """Demand of a second subject what is demanded of the first, and that it is another one."""
    if not edition.second_subject:
        return
    name, at_subject = gettext_lazy("Second subject"), in_editor(edition, "subject")
    length = len(merge.with_fallbacks(edition.second_subject))
    if problems := list(merge.problems(edition.second_subject, links=False)):
        yield Check(name, Verdict.MUST_FIX, " ".join(problems), at_subject)
    elif edition.second_subject.split() == edition.subject.split():
        yield Check(name, Verdict.MUST_FIX, _("Both subjects are the same: there is nothing to compare."), at_subject)
    elif length > LONG_SUBJECT:
        words = _("%(n)d characters; most mail programs cut it.")
        yield Check(name, Verdict.LOOK, words % {"n": length}, at_subject)
    else:
        words = _("%(n)d characters, and every name has a fallback.")
        yield Check(name, Verdict.FINE, words % {"n": length}, at_subject)


def issued(edition: EditionPage, day: date) -> Iterator[Check]:
    """Ask for a look where the letter carries a later date than the day it goes."""
    if edition.issued_on > day:
        words = {"day": date_format(edition.issued_on, "DATE_FORMAT")}
        sentence = _("“Send” sends it now, not on that day: the date on it is %(day)s.") % words
        where = in_editor(edition, "issued_on")
        yield Check(gettext_lazy("Date of the letter"), Verdict.LOOK, sentence, where)


def blocks(edition: EditionPage) -> Iterator[Check]:
    """Demand that there are blocks, that each is finished, and that its merge tags are known and have fallbacks."""
    name = gettext_lazy("Blocks")
    where = in_editor(edition, "body")
    if not len(edition.body):
        yield Check(name, Verdict.MUST_FIX, _("The letter has no blocks yet."), where)
        return
    try:
        edition.body.stream_block.clean(edition.body)
    except StreamBlockValidationError as error:
        for place, of_block in sorted(error.block_errors.items()):
            block = edition.body[place]
            field, why = _first(of_block)
            words = {"block": _called(block.block, field), "why": why}
            yield Check(name, Verdict.MUST_FIX, _("%(block)s: %(why)s") % words, at_block(edition, block, *field))
        for one in error.non_block_errors.as_data():
            yield Check(name, Verdict.MUST_FIX, " ".join(one.messages), where)
        return
    count = ngettext("%(n)d block, nothing missing.", "%(n)d blocks, nothing missing.", len(edition.body))
    yield Check(name, Verdict.FINE, count % {"n": len(edition.body)}, where)


def _called(block: Any, path: tuple[object, ...]) -> str:
    """Return what an editor calls a field of a block, as "Opening, Headline"."""
    field = getattr(block, "child_blocks", {}).get(path[0]) if path else None
    return f"{block.label}, {field.label}" if field else str(block.label)


def _first(error: Any) -> tuple[tuple[object, ...], str]:
    """Return the way to the first field that is at fault within a block, and why, in words."""
    if isinstance(error, StructBlockValidationError | ListBlockValidationError) and error.block_errors:
        found: Any = error.block_errors
        key, inner = next(iter(found.items())) if isinstance(found, dict) else (None, next(filter(None, found)))
        path, why = _first(inner)
        return (key, *path), why
    if isinstance(error, ValidationError):
        return (), " ".join(error.messages)
    return (), str(error)

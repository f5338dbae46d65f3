"""An edition as a letter: its blocks rendered once to HTML and once to plain text, merge slots standing."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from content import languages, merge, mjml
from delivery.envelope import Letter
from newsletter.editions import parts
from newsletter.editions.models import EditionPage
from newsletter.editions.senders import name_of_sender
from practice.models import Location, Practice


class NoPractice(RuntimeError):
    """There is nobody to write as: the practice is not set up."""


def compose(edition: EditionPage, *, language: str | None = None, shows_failures: bool = False) -> Letter:
    """Return the letter that an edition is, ready to be frozen.

    Args:
        edition: as it stands, saved or not.
        language: in which the frame around the editor's own words is written; None for the one that they are in.
        shows_failures: whether a message stands where a block cannot be drawn, as in a preview; never in what leaves.

    Returns:
        Subject, HTML and text with the slots of the reader's own facts and links; the practice's are filled.

    Raises:
        NoPractice: before the practice is set up; a letter needs a sender and a postal address.
        content.mjml.Refused: when the letter is too large or too deep to be compiled.
        newsletter.editions.parts.Unfit: when a block of it cannot be drawn, or is refused.
    """
    parts.weigh(edition)
    practice = _practice()
    if practice is None:
        raise NoPractice("Set up the practice first: a letter needs a sender and a postal address.")
    language = language or edition.locale.language_code
    with translation.override(language):
        context = _context(edition, practice, language)
        html = _html(edition, context, shows_failures)
        text = _text(edition, context, shows_failures)
        sender = name_of_sender(edition.sender, practice)
    facts = _practice_facts(practice, context["location"])
    return Letter(
        subject=_on_one_line(merge.fill(edition.subject, facts)),
        html=merge.fill(html, {name: escape(value) for name, value in facts.items()}),
        text=merge.fill(text, facts),
        sender_name=sender,
        language=language,
        preheader=_on_one_line(merge.fill(edition.preheader, facts)),
    )


def html_of(edition: EditionPage) -> str:
    """Return the HTML of a letter with all its slots, as a preview draws it anew after each change.

    Raises:
        NoPractice: before the practice is set up.
        content.mjml.Refused: when the letter is too large to be compiled.
    """
    parts.weigh(edition)
    practice = _practice()
    if practice is None:
        raise NoPractice("Set up the practice first: a letter needs a sender and a postal address.")
    language = edition.locale.language_code
    with translation.override(language):
        return _html(edition, _context(edition, practice, language), True)


def drawn_in_each_language(edition: EditionPage) -> list[list[SafeString]]:
    """Return the MJML of a letter's blocks, once for each language that readers may have; none without a practice."""
    practice = _practice()
    found: list[list[SafeString]] = []
    if practice is None:
        return found
    for language in languages.CODES:
        with translation.override(language):
            context = _context(edition, practice, language)
            found.append(parts.drawn(edition, "mjml", context, shows_failures=True))
    return found


def for_everyone(letter: Letter, *, first_name: str = "") -> Letter:
    """Return a letter as everybody may read it: fallbacks for facts, public pages for the reader's own links.

    Args:
        letter: with its slots.
        first_name: the one fact that may stand in a letter which is handed on.
    """
    values = merge.public_values(settings.SITE_URL) | {"first_name": first_name}
    return Letter(
        subject=merge.fill(letter.subject, values),
        html=merge.fill(letter.html, values | {"first_name": escape(first_name)}),
        text=merge.fill(letter.text, values),
        sender_name=letter.sender_name,
        language=letter.language,
        preheader=merge.fill(letter.preheader, values),
    )


def _practice() -> Practice | None:
    """Return the practice together with its colors, for which templates ask some fifty times."""
    return Practice.objects.select_related("branding").first()


def _context(edition: EditionPage, practice: Practice, language: str) -> dict[str, Any]:
    name = edition.letter_name
    parent = edition.get_parent()
    archive = parent.get_url() if parent else None
    return {
        "practice": practice,
        "location": Location.objects.first(),
        "base_url": settings.SITE_URL,
        "archive_url": f"{settings.SITE_URL}{archive or '/newsletter/'}",
        "date_line": f"{name} · {edition.month}" if name else edition.month,
        "title": merge.with_fallbacks(edition.subject),
        "written_for": edition.written_for,
        "preheader": edition.preheader,
        "language": language,
    }


def _html(edition: EditionPage, context: dict[str, Any], shows_failures: bool) -> str:
    drawn = parts.drawn(edition, "mjml", context, shows_failures=shows_failures)
    try:
        return mjml.compile(render_to_string("editions/letter.mjml", {**context, "parts": drawn}))
    except mjml.Refused:
        sound = parts.sound(edition, drawn, shows_failures=shows_failures)
        if sound == drawn:  # no block by itself is at fault
            raise
        return mjml.compile(render_to_string("editions/letter.mjml", {**context, "parts": sound}))


def _text(edition: EditionPage, context: dict[str, Any], shows_failures: bool) -> str:
    drawn = parts.drawn(edition, "txt", context, shows_failures=shows_failures)
    # `strip` forgets that the blocks' own templates wrote plain text, in which nothing is escaped
    stripped = [SafeString(part.strip()) for part in drawn]
    text = render_to_string("editions/letter.txt", {**context, "parts": stripped})
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _practice_facts(practice: Practice, location: Location | None) -> dict[str, str]:
    return {
        "practice_name": practice.name,
        "practice_phone": location.phone if location else "",
        "practice_city": location.city if location else "",
    }

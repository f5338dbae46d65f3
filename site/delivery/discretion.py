"""A letter for somebody who does not want others to see where they are treated: no name of ours in the inbox."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from content import merge
from delivery.envelope import Letter
from practice.courtesy import Courtesy
from practice.models import Practice


def discreet_name() -> str:
    """Return the name under which the practice writes discreetly; "" where it offers none."""
    return Courtesy.get().discreet_name


def discreet(letter: Letter) -> Letter:
    """Return a letter whose sender, subject and preview line give the discreet name instead of the practice's.

    What stands within the letter stays: it says by law who writes, and only who opens it reads that.
    """
    name, practice = discreet_name(), Practice.get()
    if not name or practice is None:
        return letter
    whole = [practice.legal_name, practice.sender_name, f"{practice.name} {practice.descriptor}".strip(), practice.name]
    names = _any_of(whole)
    preheader = _renamed(letter.preheader, names, name)
    return replace(
        letter,
        subject=_renamed(letter.subject, names, name),
        sender_name=name,
        preheader=preheader,
        html=_with_preview(letter, preheader),
    )


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    return re.compile("|".join(re.escape(name) for name in longest_first), re.IGNORECASE)


def _renamed(text: str, names: re.Pattern[str], name: str) -> str:
    slots = {"practice_name": name}
    filled = merge.SLOT.sub(lambda match: slots.get(match.group(1), match.group(0)), text)
    return names.sub(lambda _match: name, filled)


def _with_preview(letter: Letter, preheader: str) -> str:
    """Return the HTML with its preview line replaced: the first place where that text stands."""
    return letter.html.replace(escape(letter.preheader), escape(preheader), 1) if letter.preheader else letter.html

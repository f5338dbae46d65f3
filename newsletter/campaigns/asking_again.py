"""Whom a letter is for, and how it is written, asked again by a worker as it stood when somebody sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.whom import Rule
from delivery import audiences
from delivery.audiences import Asked
from delivery.models import Dispatch
from newsletter.campaigns import audience, receivers
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays
from patients import segments
from patients.segments import Saved


def kept(letter: InWays, chosen: Saved) -> dict[str, Any]:
    """Return what it takes to ask the same again, whatever anybody changes meanwhile, autosave included.

    Args:
        letter: as it leaves.
        chosen: the segment.
    """
    return {
        "segment": {"name": chosen.name, "label": str(chosen.label), "raw": chosen.raw},
        "words": letter.edition.serializable_data(),
        "translations": {code: page.serializable_data() for code, page in letter.translations.items()},
        "rules": {mark: [rule.key, rule.label, rule.tree.as_json()] for mark, rule in letter.rules.items()},
    }


def ask(dispatch: Dispatch) -> Asked:
    """Return whom a campaign's dispatch is for, and in what ways its letter is written."""
    campaign = Campaign.objects.select_related("edition").get(ref=dispatch.occasion.partition(":")[2])
    question = dispatch.freezing.question
    letter = _letter(campaign.edition, question)
    readers = audience.recipients(_segment(question["segment"]), audience.readership_of(letter.edition))
    return Asked(readers, letter.ways, letter.letter)


def answer() -> None:
    """Answer for the dispatches of campaigns."""
    audiences.answer("campaign", ask)


def _segment(said: Mapping[str, Any]) -> Saved:
    if said["name"].startswith(receivers.GOT):
        return audience.segment_named(said["name"])
    return Saved(said["name"], said["label"], said["raw"])


def _letter(edition: EditionPage, question: Mapping[str, Any]) -> InWays:
    def as_it_was(page: EditionPage, words: Mapping[str, Any]) -> EditionPage:
        old: EditionPage = page.with_content_json(words)
        return old

    letter = InWays(as_it_was(edition, question["words"]))
    pages = letter.in_other_languages
    letter.in_other_languages = {
        code: as_it_was(pages[code], words) for code, words in question["translations"].items() if code in pages
    }
    letter.rules = {
        mark: Rule(key, label, segments.parse(raw)) for mark, (key, label, raw) in question["rules"].items()
    }
    return letter

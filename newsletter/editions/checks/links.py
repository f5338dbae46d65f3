"""Checks of every link of a letter: ours are looked up in the house, foreign ones have been asked or are asked now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page
from wagtail.rich_text import RichText

from content.probing import house, keeping
from content.probing.asking import Answer, Found
from newsletter.editions import letter
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage

NAME = gettext_lazy("Links")
MOST_LINES = 8
SHOWN = 60
TO_A_PAGE = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
ITS_ID = re.compile(r'\bid="(\d+)"')
WHY = {
    "gone": gettext_lazy("“%(words)s” leads to %(address)s, which is not there."),
    "no_host": gettext_lazy("“%(words)s” leads to %(address)s: there is no such site."),
    "slow": gettext_lazy("“%(words)s” leads to %(address)s, which did not answer in time. Open it yourself."),
    "refused": gettext_lazy("“%(words)s” leads to %(address)s, which could not be reached. Open it yourself."),
    "tls": gettext_lazy("“%(words)s” leads to %(address)s, whose certificate is not in order."),
    "odd": gettext_lazy("“%(words)s” leads to %(address)s, which answered %(status)d. Open it yourself."),
    "circle": gettext_lazy("“%(words)s” leads to %(address)s, which sends on and on."),
    "private": gettext_lazy("“%(words)s” leads to %(address)s, which only a private network can reach."),
    "port": gettext_lazy("“%(words)s” leads to %(address)s with an unusual port. Open it yourself."),
    "password": gettext_lazy("“%(words)s” leads to %(address)s and has a name or password in it. Take that out."),
    "odd_address": gettext_lazy("“%(words)s” leads to %(address)s, which is no address that we can ask."),
}


@dataclass(frozen=True)
class Link:
    """One link of a letter: where it leads, its words, and the block that it stands in."""

    address: str
    words: str
    block: Any

    @property
    def is_foreign(self) -> bool:
        """Whether it leads to somebody else's site."""
        return self.address.startswith(("http:", "https:")) and not house.is_ours(self.address)


class _Reader(HTMLParser):
    """Reads MJML and notes each address with the words that lead to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[str]]] = []
        self.open: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "href" in given:
            self.found.append((given["href"] or "", []))
            self.open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open:
            self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.found[-1][1].append(data)


def of_letter(edition: EditionPage, drawn: Sequence[Sequence[str]] | None = None) -> list[Link]:
    """Return every link of a letter, block by block, in each language that its readers may have.

    Args:
        edition: the letter.
        drawn: its blocks as MJML in each language, where they are at hand.
    """
    found: dict[tuple[str, Any], Link] = {}
    for parts in letter.drawn_in_each_language(edition) if drawn is None else drawn:
        for block, part in zip(edition.body, parts, strict=True):
            reader = _Reader()
            reader.feed(part)
            reader.close()
            for address, words in reader.found:
                said = " ".join("".join(words).split()) or str(block.block.label)
                found.setdefault((address, block.id), Link(address, said, block))
    return list(found.values())


def ask(pages: Sequence[EditionPage], *, seconds: float) -> None:
    """Ask the foreign links of a letter in all its languages that nobody asked lately, for so long at most."""
    keeping.ask_all(_foreign(pages), seconds=seconds)


def links(edition: EditionPage, found: list[Link], *, seconds: float = 0) -> Iterator[Check]:
    """Demand that each link leads somewhere; ask for a look at those that could not be asked.

    Args:
        edition: the letter.
        found: its links.
        seconds: how long foreign sites may be asked; without it only what is known counts.
    """
    foreign = [link.address for link in found if link.is_foreign]
    answers = keeping.ask_all(foreign, seconds=seconds) if seconds else keeping.kept(foreign)
    checks = [*_dead_references(edition), *_judged(edition, found, answers)]
    shown = sorted(checks, key=lambda check: check.verdict != Verdict.MUST_FIX)
    yield from shown[:MOST_LINES]
    if len(shown) > MOST_LINES:
        n = len(shown) - MOST_LINES
        more = ngettext("%(n)d more link wants a look.", "%(n)d more links want a look.", n) % {"n": n}
        yield Check(NAME, shown[MOST_LINES].verdict, more, in_editor(edition, "body"))
    if unasked := sum(address not in answers for address in set(foreign)):
        words = ngettext("%(n)d link was not asked yet.", "%(n)d links were not asked yet.", unasked) % {"n": unasked}
        yield Check(NAME, Verdict.LOOK, f"{words} {_('Look again in a moment.')}", in_editor(edition, "body"))
    elif not shown:
        count = ngettext("%(n)d link, and it answers.", "%(n)d links, and all answer.", len(found))
        yield Check(NAME, Verdict.FINE, count % {"n": len(found)} if found else _("No links."))


def are_all_asked(pages: Sequence[EditionPage]) -> bool:
    """Return whether every foreign link of a letter in all its languages was asked lately."""
    foreign = _foreign(pages)
    return len(keeping.kept(foreign)) == len(set(foreign))


def _foreign(pages: Sequence[EditionPage]) -> list[str]:
    return [link.address for page in pages for link in of_letter(page) if link.is_foreign]


def _judged(edition: EditionPage, found: list[Link], answers: dict[str, Answer]) -> Iterator[Check]:
    ours = (link.address for link in found if not link.is_foreign and house.is_ours(link.address))
    missing = house.missing(ours)
    for link in found:
        where = at_block(edition, link.block)
        if not link.address:
            words = _("“%(words)s” leads nowhere. Write a page of ours, or a whole address.") % {"words": link.words}
            yield Check(NAME, Verdict.MUST_FIX, words, where)
        elif link.is_foreign:
            answer = answers.get(link.address)
            if answer and answer.found != Found.THERE:
                verdict = Verdict.MUST_FIX if answer.found == Found.MISSING else Verdict.LOOK
                yield Check(NAME, verdict, _sentence(link, answer), where)
        elif link.address in missing:
            yield Check(NAME, Verdict.MUST_FIX, _sentence(link, Answer(Found.MISSING, "gone")), where)


def _sentence(link: Link, answer: Answer) -> str:
    parts = urlsplit(link.address)
    shown = parts.path if house.is_ours(link.address) else f"{parts.hostname or ''}{parts.path}"
    words = {
        "words": Truncator(link.words).chars(SHOWN),
        "address": Truncator(shown).chars(SHOWN),
        "status": answer.status,
    }
    return str(WHY[answer.why]) % words


def _dead_references(edition: EditionPage) -> Iterator[Check]:
    """Find links to pages that were deleted: their words stand in the letter without leading anywhere."""
    wanted: dict[int, Any] = {}
    for block in edition.body:
        for text in _rich_texts(block.value):
            for tag in TO_A_PAGE.findall(text.source):
                if number := ITS_ID.search(tag):
                    wanted.setdefault(int(number.group(1)), block)
    there = set(Page.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    for key, block in wanted.items():
        if key not in there:
            sentence = _("A link in “%(block)s” leads to a page that was deleted.") % {"block": block.block.label}
            yield Check(NAME, Verdict.MUST_FIX, sentence, at_block(edition, block))


def _rich_texts(value: Any) -> Iterator[RichText]:
    if isinstance(value, RichText):
        yield value
    elif hasattr(value, "values"):
        for one in value.values():
            yield from _rich_texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _rich_texts(one)

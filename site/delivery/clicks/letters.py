"""Puts our own address before each link of a letter, the same one in every copy of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html import escape, unescape

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags

from delivery.clicks.models import URL_LENGTH, Link
from delivery.envelope import Letter
from delivery.models import Dispatch
from practice.courtesy import Courtesy
from vault import tokens

# a link without a merge slot in it; a reader's own links have one, and are no business of ours to count
_LINK = re.compile(
    r"(?P<before><a\b[^>]*?\shref=\")(?P<url>https?://[^\"{}<>\s]+)(?P<after>\"[^>]*>)(?P<words>.*?)</a>", re.DOTALL
)
_ALT = re.compile(r"\salt=\"([^\"]+)\"")
WORDS = 120


def counted(dispatch: Dispatch, letter: Letter, *, arm: str = "") -> Letter:
    """Return a letter whose links are counted when they are followed; as it was where the practice counts nothing.

    The plain text keeps the addresses themselves: there they are read.

    Args:
        dispatch: of which it is the letter, or one of the ways in which it is written; saved already.
        letter: with its merge slots.
        arm: of `delivery.ways.ARMS` where two letters are compared: each has links of its own.
    """
    if not Courtesy.get().counts_clicks:
        return letter
    found = list(_links_in(letter.html))
    Link.objects.bulk_create(
        (
            Link(dispatch=dispatch, arm=arm, url_hash=digest, nth=nth, url=url, words=words)
            for url, digest, nth, words in found
        ),
        ignore_conflicts=True,
    )
    keys = {
        (digest, nth): pk
        for digest, nth, pk in Link.objects.filter(dispatch=dispatch, arm=arm).values_list("url_hash", "nth", "pk")
    }
    addresses = iter([_address(keys[digest, nth]) for _url, digest, nth, _words in found])

    def swapped(match: re.Match[str]) -> str:
        if not _counts(unescape(match["url"])):
            return match[0]
        return f"{match['before']}{escape(next(addresses))}{match['after']}{match['words']}</a>"

    return replace(letter, html=_LINK.sub(swapped, letter.html))


def has_links(letter: Letter) -> bool:
    """Return whether a letter has any link that is counted when it is followed, and the practice counts."""
    return Courtesy.get().counts_clicks and bool(_links_in(letter.html))


def _links_in(html: str) -> list[tuple[str, str, int, str]]:
    """Return each link that is counted: its URL, the URL's hash, which one it is of its kind, and its words."""
    seen: Counter[str] = Counter()
    found = []
    for match in _LINK.finditer(html):
        url = unescape(match["url"])
        if not _counts(url):
            continue
        digest = sha256(url.encode()).hexdigest()
        seen[digest] += 1
        found.append((url, digest, seen[digest], _words(match["words"])))
    return found


def _counts(url: str) -> bool:
    """Return whether following a link is counted: not our own signed pages, which the frame below a letter has."""
    return len(url) <= URL_LENGTH and not url.startswith(f"{settings.SITE_URL}/e/")


def _words(html: str) -> str:
    """Return what a link says: its words, or what its picture shows."""
    said = " ".join(unescape(strip_tags(html)).split())
    pictures = _ALT.findall(html)
    return (said or " ".join(unescape(" ".join(pictures)).split()))[:WORDS]


def _address(pk: int) -> str:
    return f"{settings.SITE_URL}{reverse('mail:click', args=[tokens.sign('click', pk)])}"

"""What editors write with bold, links and lists, as it must stand in a letter and in plain text.

Wagtail keeps rich text as HTML that browsers repair; MJML is XML. So it is read once and written anew from a closed
set of tags, with addresses made absolute and everything else escaped.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from content.links import absolute
from content.palette import LIGHT

LETTER_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]
MERGE_FEATURES = [*LETTER_FEATURES, "merge-tag"]  # where slots for a reader's own facts may stand
PAGE_FEATURES = ["h2", "h3", "bold", "italic", "link", "document-link", "ol", "ul"]
_EMPTY = {"br", "hr", "img", "embed"}  # tags that nothing closes
_KEPT = {"p", "b", "strong", "i", "em", "a", "ol", "ul", "li", "br", "h2", "h3"}
_STYLE = {
    "p": "margin:0 0 12px",
    "ol": "margin:0 0 12px;padding-left:24px",
    "ul": "margin:0 0 12px;padding-left:24px",
    "li": "margin:0 0 8px",
    "h2": "margin:0 0 8px;font-size:22px",
    "h3": "margin:0 0 8px;font-size:19px",
}


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
MOST_LINKS, MOST_TAGS, MOST_DEPTH, MOST_CHARACTERS = 300, 3_000, 32, 200_000  # of one text


def too_much(source: str) -> str:
    """Return why a text cannot be drawn, in words, before anything reads it; "" where it can.

    Each link to a page of ours is looked up, and a text that is nested without end costs more than its length.
    """
    if len(source) > MOST_CHARACTERS:
        words = _("The text has %(n)s characters; it may have at most %(most)s.")
        return words % {"n": f"{len(source):,}", "most": f"{MOST_CHARACTERS:,}"}
    links = tags = depth = deepest = 0
    for found in _TAG.finditer(source):
        name = found[2].lower()
        if found[1]:
            depth -= 1
            continue
        tags += 1
        links += name == "a"
        depth += name not in _EMPTY
        deepest = max(deepest, depth)
    for words, number, most in (
        (_("The text has %(n)s links; it may have at most %(most)s."), links, MOST_LINKS),
        (_("The text is nested %(n)s deep; at most %(most)s is possible."), deepest, MOST_DEPTH),
        (_("The text has %(n)s paragraphs and other parts; it may have at most %(most)s."), tags, MOST_TAGS),
    ):
        if number > most:
            return words % {"n": f"{number:,}", "most": f"{most:,}"}
    return ""


class _Writer(HTMLParser):
    """Reads HTML and calls `opened`, `closed` and `said` for the tags of the closed set, always balanced."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.path: list[str] = []

    def write(self, html: str) -> str:
        """Return the whole, written anew."""
        self.feed(html)
        self.close()
        while self.path:
            self.closed(self.path.pop())
        return "".join(self.out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KEPT:
            return
        if tag != "br":
            self.path.append(tag)
        self.opened(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.path:
            return
        while True:
            last = self.path.pop()
            self.closed(last)
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.said(data)

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        """Write what begins a tag."""
        raise NotImplementedError

    def closed(self, tag: str) -> None:
        """Write what ends a tag."""
        raise NotImplementedError

    def said(self, text: str) -> None:
        """Write text."""
        raise NotImplementedError


class _Mail(_Writer):
    """As XML for MJML."""

    def __init__(self, link: str = LIGHT["link"]) -> None:
        super().__init__()
        self.link = link

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        style = f' style="{_STYLE[tag]}"' if tag in _STYLE else ""
        if tag == "a":
            href = absolute(attributes.get("href", ""))
            self.out.append(f'<a href="{escape(href)}" style="color:{self.link}">' if href else "<a>")
        else:
            self.out.append("<br/>" if tag == "br" else f"<{tag}{style}>")

    def closed(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def said(self, text: str) -> None:
        self.out.append(escape(text))


class _Web(_Mail):
    """As HTML for our own pages: no styles, our own addresses as they are."""

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        href = attributes.get("href", "").strip() if tag == "a" else ""
        if href and absolute(href):
            self.out.append(f'<a href="{escape(href)}">')
        else:
            self.out.append(f"<{tag}>")


class _Text(_Writer):
    """As plain text: paragraphs parted by a blank line, links after their words."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[int] = []
        self.links: list[str] = []

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"ol", "ul"}:
            self.numbers.append(0 if tag == "ol" else -1)
        elif tag == "li" and self.numbers:
            if self.numbers[-1] >= 0:
                self.numbers[-1] += 1
            self.out.append(f"{self.numbers[-1]}. " if self.numbers[-1] > 0 else "- ")
        elif tag == "br":
            self.out.append("\n")
        elif tag == "a":
            self.links.append(absolute(attributes.get("href", "")))

    def closed(self, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self.numbers = self.numbers[:-1]
            self.out.append("\n")
        elif tag in {"p", "h2", "h3"}:
            self.out.append("\n\n")
        elif tag == "li":
            self.out.append("\n")
        elif tag == "a" and self.links and (link := self.links.pop()):
            self.out.append(f" ({link})")

    def said(self, text: str) -> None:
        self.out.append(re.sub(r"[\r\n\t]+", " ", text))


def for_mail(source: str, link: str = LIGHT["link"]) -> SafeString:
    """Return rich text as XML for MJML: a closed set of tags, absolute addresses, all text escaped.

    Args:
        source: as the database holds it.
        link: the color of links.
    """
    return SafeString(_Mail(link).write(expand_db_html(source)))


def for_web(source: str) -> SafeString:
    """Return rich text for our own pages: whatever the database holds, only the closed set of tags comes out."""
    return SafeString(_Web().write(expand_db_html(source)))


def for_text(source: str) -> str:
    """Return rich text as plain text."""
    text = _Text().write(expand_db_html(source))
    return re.sub(r"\n{3,}", "\n\n", text).strip()

"""MJML to HTML, bounded: the compiler crashes the process on deep nesting and accepts tags it does not know.

Measured on mjml-python 1.4.2: SIGSEGV at about 1,870 nested sections or 9,030 nested tags; it escapes nothing;
unknown tags do not raise; the fonts it knows by name are linked from a third party unless told otherwise.
"""

from __future__ import annotations

import html.entities
import re
from functools import lru_cache
from xml.parsers import expat  # bounded below: no DTD, no entity, depth and size

import mjml

MOST_CHARACTERS = 400_000
MOST_DEPTH = 48
MOST_TAGS = 6_000

MJML_TAGS = frozenset(
    {
        *("mjml", "mj-head", "mj-body", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint", "mj-preview"),
        *("mj-style", "mj-title", "mj-raw", "mj-button", "mj-column", "mj-divider", "mj-group", "mj-hero"),
        *("mj-image", "mj-section", "mj-spacer", "mj-table", "mj-text", "mj-wrapper"),
    }
)
HTML_TAGS = frozenset(
    {
        *("a", "b", "blockquote", "br", "cite", "em", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p"),
        *("s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
    }
)
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
# control characters, halves of pairs and what is no character: pasted by accident, shown by nobody
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Refused(ValueError):
    """The source is not MJML that we compile; the sentence says where and why."""


def compile(source: str) -> str:
    """Return the HTML of an MJML document.

    Args:
        source: a whole `<mjml>` document; values in it are escaped already, merge slots survive.

    Raises:
        Refused: when it is too large, too deep, not well formed, has a DTD, or holds a tag that we do not know.
    """
    return _compiled(source)


@lru_cache(maxsize=64)
def _compiled(source: str) -> str:
    plain = _NOT_IN_XML.sub("", _NAMED_ENTITY.sub(_numbered, source))
    check(plain)
    try:
        return mjml.mjml2html(plain, disable_comments=False, fonts={}, include_loader=None)
    except ValueError as error:
        raise Refused(f"The letter could not be compiled: {error}.") from error


def check(source: str) -> None:
    """Read the source as XML and refuse what would crash the compiler or pass it silently.

    Raises:
        Refused: with the line of the fault.
    """
    if len(source) > MOST_CHARACTERS:
        raise Refused(f"The letter is too large: {len(source):,} characters, at most {MOST_CHARACTERS:,}.")
    _Checker().read(_NOT_IN_XML.sub("", source))


def _numbered(match: re.Match[str]) -> str:
    """Return an HTML entity as XML understands it; XML itself only knows five by name."""
    name = match.group(1)
    point = None if name in _OF_XML else html.entities.name2codepoint.get(name)
    return match.group() if point is None else f"&#{point};"


class _Checker:
    """Walks the tags of one source."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.tags = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.doctype

    def read(self, source: str) -> None:
        """Parse the whole, or raise."""
        try:
            self.parser.Parse(source.encode("utf-8", "surrogatepass"), True)
        except expat.ExpatError as error:
            raise Refused(
                f"The letter is not well formed: line {error.lineno}, {expat.ErrorString(error.code)}."
            ) from error

    def refuse(self, why: str) -> None:
        """Raise with the line that is being read."""
        raise Refused(f"Line {self.parser.CurrentLineNumber}: {why}")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Look at one opening tag."""
        self.tags += 1
        if len(self.path) >= MOST_DEPTH:
            self.refuse(f"tags are nested more than {MOST_DEPTH} deep.")
        if self.tags > MOST_TAGS:
            self.refuse(f"there are more than {MOST_TAGS:,} tags.")
        if not self.path and name != "mjml":
            self.refuse("a letter begins with <mjml>.")
        if name not in MJML_TAGS and name not in HTML_TAGS:
            self.refuse(f"<{name}> is not a tag that letters have.")
        if name in HTML_TAGS and (not self.path or self.path[-1] not in _HOLDS_HTML):
            self.refuse(f"<{name}> stands outside a text.")
        for key, value in attributes.items():
            if key.lower().startswith("on"):
                self.refuse(f"the attribute {key} is not allowed.")
            if key.lower() in {"href", "src", "background-url"} and _SCRIPT_URL.match(value):
                self.refuse(f"the address in {key} is not allowed.")
        self.path.append(name)

    def end(self, name: str) -> None:
        """Leave a tag."""
        self.path.pop()

    def doctype(self, *parts: object) -> None:
        """Refuse a DTD, an entity of its own, and a processing instruction."""
        self.refuse("a letter has no DTD, no entities of its own and no processing instructions.")


_HOLDS_HTML = HTML_TAGS | {"mj-text", "mj-button", "mj-table", "mj-raw"}
_SCRIPT_URL = re.compile(r"[\s\x00-\x1f]*(javascript|vbscript|data|file)\s*:", re.IGNORECASE)

"""A letter compiled once and spliced for each recipient: bytes cut at the merge slots, values escaped into the gaps."""

from __future__ import annotations

import binascii
import html
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from email.utils import format_datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils import timezone

from content import merge
from delivery import headers


@dataclass(frozen=True)
class Letter:
    """What is written: `subject`, `html` and `text` may hold merge slots; an empty `html` is a plain-text mail.

    `preheader` stands in the HTML already; here it serves lists and previews.
    """

    subject: str
    html: str
    text: str
    sender_name: str
    language: str = "en"
    preheader: str = ""

    def as_json(self) -> dict[str, str]:
        """Return what a dispatch keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Letter:
        """Return the letter that a dispatch kept."""
        return cls(**{name: str(kept[name]) for name in cls.__dataclass_fields__ if name in kept})


@dataclass(frozen=True)
class Sender:
    """Who a message comes from: the address, where answers go, and the domain of its Message-ID."""

    address: str
    reply_to: str
    domain: str


@dataclass(frozen=True)
class Marks:
    """Headers that every message of one send shares: its list, its feedback loop, whether a machine wrote it."""

    list_name: str = ""
    feedback_id: str = ""
    is_automatic: bool = False


class Recipient(NamedTuple):
    """One person's part: where to, what name, the Message-ID, the merge values, the link that stops it."""

    address: str
    name: str
    message_id: str
    values: Mapping[str, str] = MappingProxyType({})
    unsubscribe_url: str = ""
    unsubscribe_mail: str = ""


class _Slot(NamedTuple):
    """A gap in the bytes: which tag, for HTML or not, and what stands where we do not know."""

    tag: str
    is_html: bool
    fallback: bytes


COLUMNS = 75  # and the mark of a soft line break
REMEMBERED = 4_096  # given names are few
_AS_IT_IS = re.compile(r"[ -<>-~]*")  # what quoted-printable leaves alone


def transfer(text: str) -> bytes:
    """Return `text` as quoted-printable with CRLF line ends; no line begins with a dot, which SMTP would double."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = binascii.b2a_qp(lines.encode("utf-8", "replace"), istext=True)
    short = [_short(line) if len(line) > COLUMNS + 1 else line for line in encoded.split(b"\n")]
    return _dotless(b"\r\n".join(short))


def _short(line: bytes) -> bytes:
    """Return a line in two: Python's writer lets it grow where it ends with a blank."""
    cut = COLUMNS - 2
    while b"=" in line[cut - 2 : cut]:  # not within what stands for one byte
        cut -= 1
    return line[:cut] + b"=\r\n" + line[cut:]


def _dotless(encoded: bytes) -> bytes:
    if encoded.startswith(b"."):
        encoded = b"=2E=\r\n" + encoded[1:]
    while b"\r\n." in encoded:
        encoded = encoded.replace(b"\r\n.", b"\r\n=2E=\r\n")
    return encoded


def _piece(text: str) -> bytes:
    """Return a piece that another may follow: it ends with a soft line break, so that no line grows too long."""
    encoded = transfer(text)
    if not encoded or encoded.endswith(b"\r\n"):
        return encoded
    if len(encoded) - encoded.rfind(b"\n") - 1 > COLUMNS:
        cut = -3
        while b"=" in encoded[cut - 2 : cut]:  # not within what stands for one byte
            cut -= 1
        encoded = encoded[:cut] + b"=\r\n" + _dotless(encoded[cut:])
    return encoded + b"=\r\n"


def _filling(value: str) -> bytes:
    """Return what stands in a slot; as `_piece`, and quicker for what needs no encoding."""
    if not value or not _AS_IT_IS.fullmatch(value):
        return _piece(value)
    lines = [value[at : at + COLUMNS] for at in range(0, len(value), COLUMNS)]
    if any(line[0] == "." for line in lines):
        return _piece(value)
    return ("=\r\n".join(lines) + "=\r\n").encode()


@lru_cache(maxsize=REMEMBERED)
def _word(value: str) -> bytes:
    """Return what stands in a slot of plain text for a word, such as a given name."""
    return _filling(headers.clean(value))


@lru_cache(maxsize=REMEMBERED)
def _html_word(value: str) -> bytes:
    """Return what stands in a slot of HTML for a word."""
    return _filling(html.escape(headers.clean(value)))


def _links(values: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """Return what stands in slots for links of ours, which nobody shares: in plain text and in HTML.

    They are looked at all at once, and what needs no escape is alike in both.
    """
    if _NEEDS_NO_ESCAPE.fullmatch("".join(values)):
        found = [_short_link(value) for value in values]
        return found, found
    return [_filling(value) for value in values], [_filling(html.escape(value)) for value in values]


def _short_link(value: str) -> bytes:
    """Return a link that needs no escape, in two lines where it is not longer."""
    rest = value[COLUMNS:]
    if not rest or rest[0] == "." or value[0] == "." or len(rest) > COLUMNS:
        return _filling(value)
    return f"{value[:COLUMNS]}=\r\n{rest}=\r\n".encode()


_NEEDS_NO_ESCAPE = re.compile(r"[A-Za-z0-9:/._~-]*")


class Compiled:
    """A letter ready to be spliced.

    Args:
        letter: what is written.
        sender: who writes.
        marks: the headers of this send.
        has_slots: whether braces are merge slots; in a message written for one person they are only braces.
        words: what stands in slots for everybody alike; a recipient's own values do not change it.
    """

    def __init__(
        self,
        letter: Letter,
        sender: Sender,
        marks: Marks = Marks(),
        *,
        has_slots: bool = True,
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.letter, self.sender, self.has_slots = letter, sender, has_slots
        self.words = {tag: headers.clean(value) for tag, value in words.items()}
        self.tags = frozenset[str]()
        if has_slots:
            whole = f"{letter.subject}\n{letter.html}\n{letter.text}"
            self.tags = merge.tags_in(whole) & frozenset(merge.TAGS)
        self.tags_of_subject = sorted(self.tags & merge.tags_in(letter.subject) - words.keys())
        self.subjects: dict[tuple[str, ...], bytes] = {}
        self.pieces, gaps = self._with_gaps(self._head(marks))
        self.link_tags = sorted({slot.tag for _at, slot in gaps if slot.tag in merge.LINK_TAGS})
        self.gaps = [(at, *slot) for at, slot in gaps if slot.tag not in merge.LINK_TAGS]
        self.gaps_of_links = [
            (at, self.link_tags.index(slot.tag), slot.is_html) for at, slot in gaps if slot.tag in merge.LINK_TAGS
        ]

    def splice(self, recipient: Recipient) -> bytes:
        """Return the whole message for one recipient; no line of it begins with a dot.

        Raises:
            headers.OddAddress: when the address cannot stand in a header.
        """
        values = recipient.values
        pieces = self.pieces.copy()
        for at, tag, is_html, fallback in self.gaps:
            if value := values.get(tag):
                pieces[at] = (_html_word(value) if is_html else _word(value)) or fallback
        if self.gaps_of_links:
            in_text, in_html = _links([values.get(tag, "") for tag in self.link_tags])
            for at, which, is_html in self.gaps_of_links:
                if link := (in_html if is_html else in_text)[which]:
                    pieces[at] = link
        pieces[0] = b"".join(
            (
                headers.mailbox("To", recipient.name, headers.envelope_address(recipient.address)),
                self._subject(values),
                b"Message-ID: <%s>\r\n" % recipient.message_id.encode("ascii"),
                self._way_out(recipient),
            )
        )
        return b"".join(pieces)

    def _with_gaps(self, head: bytes) -> tuple[list[bytes], list[tuple[int, _Slot]]]:
        """Return the pieces, what is known where a slot is not filled, and where which slot is; the first is empty."""
        pieces, gaps = [b""], []
        for piece in _joined([head, *self._body()]):
            if isinstance(piece, _Slot):
                gaps.append((len(pieces), piece))
                pieces.append(piece.fallback)
            else:
                pieces.append(piece)
        return pieces, gaps

    def _subject(self, values: Mapping[str, str]) -> bytes:
        filled = tuple(values.get(tag, "") for tag in self.tags_of_subject)
        if filled not in self.subjects:
            if len(self.subjects) > REMEMBERED:
                self.subjects.clear()
            self.subjects[filled] = self._written_subject(filled)
        return self.subjects[filled]

    def _written_subject(self, filled: tuple[str, ...]) -> bytes:
        text = self.letter.subject
        if self.has_slots:
            own = zip(self.tags_of_subject, map(headers.clean, filled), strict=True)
            text = merge.fill(text, dict.fromkeys(self.tags, "") | self.words | dict(own))
        return headers.unstructured("Subject", text)

    def _way_out(self, recipient: Recipient) -> bytes:
        if not recipient.unsubscribe_url:
            return b""
        ways = f"<{recipient.unsubscribe_url}>"
        if recipient.unsubscribe_mail:
            ways += f",\r\n <mailto:{recipient.unsubscribe_mail}>"
        return f"List-Unsubscribe: {ways}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode("ascii")

    def _head(self, marks: Marks) -> bytes:
        lines = [
            headers.mailbox("From", self.letter.sender_name, headers.envelope_address(self.sender.address)),
            f"Date: {format_datetime(timezone.now())}\r\n".encode("ascii"),
            b"MIME-Version: 1.0\r\n",
        ]
        if self.sender.reply_to and self.sender.reply_to != self.sender.address:
            reply_to = headers.envelope_address(self.sender.reply_to)
            lines.append(headers.mailbox("Reply-To", self.letter.sender_name, reply_to))
        if marks.list_name:
            lines.append(f"List-Id: <{marks.list_name}.{self.sender.domain}>\r\n".encode("ascii"))
        if marks.feedback_id:
            lines.append(f"Feedback-ID: {marks.feedback_id}\r\n".encode("ascii"))
        if marks.is_automatic:
            lines.append(b"Auto-Submitted: auto-generated\r\n")
        return b"".join(lines)

    def _body(self) -> list[bytes | _Slot]:
        text = self._cut(self.letter.text, is_html=False)
        if not self.letter.html:
            return [_part_head("plain"), *text]
        # "=_" never stands in quoted-printable text, so no letter can hold the boundary
        boundary = f"=_{secrets.token_hex(12)}".encode()
        return [
            b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n',
            *(b"--" + boundary + b"\r\n" + _part_head("plain"), *text),
            *(b"\r\n--" + boundary + b"\r\n" + _part_head("html"), *self._cut(self.letter.html, is_html=True)),
            b"\r\n--" + boundary + b"--\r\n",
        ]

    def _cut(self, text: str, *, is_html: bool) -> list[bytes | _Slot]:
        if not self.has_slots:
            return [transfer(text)]
        pieces: list[bytes | _Slot] = []
        at = 0
        for match in merge.SLOT.finditer(text):
            tag = match.group(1)
            if tag not in self.tags:
                continue
            fallback = _piece(match.group(2) or "")
            pieces.append(_piece(text[at : match.start()]))
            if tag in self.words:
                pieces.append((self.words[tag] and (_html_word if is_html else _word)(self.words[tag])) or fallback)
            else:
                pieces.append(_Slot(tag, is_html, fallback))
            at = match.end()
        return [*pieces, transfer(text[at:])]


def _part_head(kind: str) -> bytes:
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()


def _joined(pieces: list[bytes | _Slot]) -> list[bytes | _Slot]:
    """Return the pieces with neighbouring bytes made one."""
    joined: list[bytes | _Slot] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return joined

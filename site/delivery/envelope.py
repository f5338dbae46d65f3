"""A letter compiled once and spliced for each recipient: bytes cut at the merge slots, values escaped into the gaps."""

from __future__ import annotations

import binascii
import html
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.utils import format_datetime
from typing import Any

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


@dataclass(frozen=True)
class Recipient:
    """One person's part: where to, what name, the Message-ID, the merge values, the link that stops it."""

    address: str
    name: str
    message_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    unsubscribe_url: str = ""
    unsubscribe_mail: str = ""


@dataclass(frozen=True)
class _Slot:
    """A gap in the bytes: which tag, for HTML or not, and what stands where we do not know."""

    tag: str
    is_html: bool
    fallback: bytes


def transfer(text: str) -> bytes:
    """Return `text` as quoted-printable with CRLF line ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return binascii.b2a_qp(lines.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")


def _piece(text: str) -> bytes:
    """Return a piece that another may follow: it ends with a soft line break, so that no line grows too long."""
    encoded = transfer(text)
    return encoded if not encoded or encoded.endswith(b"\r\n") else encoded + b"=\r\n"


class Compiled:
    """A letter ready to be spliced.

    Args:
        letter: what is written.
        sender: who writes.
        marks: the headers of this send.
        has_slots: whether braces are merge slots; in a message written for one person they are only braces.
    """

    def __init__(self, letter: Letter, sender: Sender, marks: Marks = Marks(), *, has_slots: bool = True) -> None:
        self.letter, self.sender, self.has_slots = letter, sender, has_slots
        self.tags = frozenset[str]()
        if has_slots:
            whole = f"{letter.subject}\n{letter.html}\n{letter.text}"
            self.tags = merge.tags_in(whole) & frozenset(merge.TAGS)
        self.subject = None if self.tags & merge.tags_in(letter.subject) else self._subject({})
        self.head = self._head(marks)
        self.body = self._body()

    def splice(self, recipient: Recipient) -> bytes:
        """Return the whole message for one recipient.

        Raises:
            headers.OddAddress: when the address cannot stand in a header.
        """
        values = {tag: headers.clean(value) for tag, value in recipient.values.items()}
        pieces = [
            headers.mailbox("To", recipient.name, headers.envelope_address(recipient.address)),
            self.subject if self.subject is not None else self._subject(values),
            f"Message-ID: <{recipient.message_id}>\r\n".encode("ascii"),
            self._way_out(recipient),
            self.head,
        ]
        for piece in self.body:
            if isinstance(piece, bytes):
                pieces.append(piece)
            elif value := values.get(piece.tag, ""):
                pieces.append(_piece(html.escape(value) if piece.is_html else value))
            else:
                pieces.append(piece.fallback)
        return b"".join(pieces)

    def _subject(self, values: Mapping[str, str]) -> bytes:
        text = self.letter.subject
        if self.has_slots:
            text = merge.fill(text, dict.fromkeys(self.tags, "") | dict(values))
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
            return _joined([_part_head("plain"), *text])
        # "=_" never stands in quoted-printable text, so no letter can hold the boundary
        boundary = f"=_{secrets.token_hex(12)}".encode()
        return _joined(
            [
                b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n',
                *(b"--" + boundary + b"\r\n" + _part_head("plain"), *text),
                *(b"\r\n--" + boundary + b"\r\n" + _part_head("html"), *self._cut(self.letter.html, is_html=True)),
                b"\r\n--" + boundary + b"--\r\n",
            ]
        )

    def _cut(self, text: str, *, is_html: bool) -> list[bytes | _Slot]:
        if not self.has_slots:
            return [transfer(text)]
        pieces: list[bytes | _Slot] = []
        at = 0
        for match in merge.SLOT.finditer(text):
            if match.group(1) not in self.tags:
                continue
            pieces.append(_piece(text[at : match.start()]))
            pieces.append(_Slot(match.group(1), is_html, _piece(match.group(2) or "")))
            at = match.end()
        return [*pieces, transfer(text[at:])]


def _part_head(kind: str) -> bytes:
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()


def _joined(pieces: list[bytes | _Slot]) -> list[bytes | _Slot]:
    """Return the pieces with neighbouring bytes made one."""
    joined: list[bytes | _Slot] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined

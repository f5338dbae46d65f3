"""Header lines as RFC 5322 and RFC 2047 want them, from text that may be hostile."""

from __future__ import annotations

import base64
import re

# C0, DEL and C1 controls, line and paragraph separators, and marks that turn the direction of what follows
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_ODD_DOTS = re.compile(r"^\.|\.\.|\.@")
_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[ .'-][A-Za-z0-9]+)*")
_NAMED = re.compile(r"(?P<person>[^<>\r\n]*)<(?P<address>[^<>\s]+)>")
_LINE = 76
_SHORT = 60
_FOLD = b"\r\n "
_WORD_BYTES = 39  # in base 64 with its frame 64 characters: a line with the header's name stays under 78


class OddAddress(ValueError):
    """An address that cannot stand in an envelope."""


def clean(text: str) -> str:
    """Return `text` on one line, without controls and direction marks, its blanks collapsed."""
    return " ".join(_UNWANTED.sub(" ", text).encode("utf-8", "replace").decode().split())


def mailbox_parts(to: str) -> tuple[str, str]:
    """Return name and address of one mailbox, `address` or `Name <address>`; the name is "" where there is none.

    Whatever is not one mailbox comes back whole as the address, which no channel takes: Python's own reading of odd
    mailboxes differs between versions, and picks an address out of a list or before a line break.
    """
    found = _NAMED.fullmatch(to.strip())
    return (found["person"].strip().strip('"'), found["address"]) if found else ("", to)


def envelope_address(address: str) -> str:
    """Return an address as SMTP carries it, its domain in ASCII.

    Raises:
        OddAddress: when it has blanks, brackets, quotes, controls, or a local part beyond ASCII.
    """
    if _ADDRESS.fullmatch(address) and not _ODD_DOTS.search(address):
        return address
    local, at, domain = address.strip().rpartition("@")
    try:
        plain = f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        plain = ""
    if not _ADDRESS.fullmatch(plain) or ".." in local or local.startswith(".") or local.endswith("."):
        raise OddAddress("The address cannot be written to.")
    return plain


def unstructured(name: str, text: str) -> bytes:
    """Return a whole header line of free text, as Subject."""
    text = clean(text)
    if text.isascii() and "=?" not in text:
        folded = _folded(f"{name}: {text}")
        if folded is not None:
            return folded + b"\r\n"
    return f"{name}: ".encode() + _encoded_words(text) + b"\r\n"


def mailbox(name: str, person: str, address: str) -> bytes:
    """Return a whole header line with one mailbox, as `To: "Margaret" <m@example.org>`."""
    if len(person) < _SHORT and _PLAIN.fullmatch(person):
        return f'{name}: "{person}"{_joint(person, address).decode()}<{address}>\r\n'.encode("ascii")
    person = clean(person)
    if not person:
        return f"{name}: {address}\r\n".encode("ascii")
    return f"{name}: ".encode() + _phrase(person) + _joint(person, address) + f"<{address}>\r\n".encode("ascii")


def _phrase(person: str) -> bytes:
    if person.isascii() and "=?" not in person:
        return b'"' + person.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
    return _encoded_words(person)


def _joint(person: str, address: str) -> bytes:
    return b" " if len(person) + len(address) < _SHORT else _FOLD


def _folded(line: str) -> bytes | None:
    """Return `line` broken before blanks, or None where a word is too long to be broken."""
    lines: list[str] = []
    while len(line) > _LINE:
        cut = line.rfind(" ", 1, _LINE + 1)
        if cut <= 0 or (not lines and cut <= line.index(":") + 1):
            return None
        lines.append(line[:cut])
        line = line[cut:]
    return "\r\n".join([*lines, line]).encode()


def _encoded_words(text: str) -> bytes:
    words: list[bytes] = []
    piece = b""
    for character in text:
        encoded = character.encode()
        if len(piece) + len(encoded) > _WORD_BYTES:
            words.append(piece)
            piece = b""
        piece += encoded
    words.append(piece)
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in words)

"""In which encoding a text file is written: told by its marks, else by reading every byte once."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from patients.importing.refusals import FileRefused

BLOCK = 1 << 18
HEAD = 4096
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_TEXT = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"MZ", b"\x7fELF", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!"),
    *(b"SQLite format 3\x00", b"RIFF", b"OggS", b"ID3", b"\xca\xfe\xba\xbe"),
)
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
USUAL = frozenset({0x09, 0x0A, 0x0C, 0x0D, 0x1A})
ONLY_LATIN = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # what cp1252 leaves undefined
MOSTLY = 0.3  # of the bytes: so many zeros at even or odd places are one half of UTF-16 letters


def encoding_of(stream: BinaryIO) -> str:
    """Return the encoding of a text, which is then read from its beginning again.

    Raises:
        FileRefused: empty, binary, old_excel, markup, or mixed_encodings with the first row that differs.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    if not head.strip(b"\r\n\t \x00"):
        raise FileRefused("empty")
    if head.startswith(OLD_EXCEL):
        raise FileRefused("old_excel")
    if head.startswith(NOT_TEXT):
        raise FileRefused("binary")
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if found := _unmarked_utf16(head):
        return found
    if head.lstrip()[:1] == b"<":
        raise FileRefused("markup")
    strange = sum(byte < 0x20 and byte not in USUAL for byte in head)
    if strange > max(8, len(head) // 20):
        raise FileRefused("binary")
    return "utf-8" if _is_utf8(stream) else _single_byte(stream)


def _unmarked_utf16(head: bytes) -> str:
    pairs = max(1, len(head) // 2)
    if head[1::2].count(0) > pairs * MOSTLY and head[::2].count(0) < pairs / 20:
        return "utf-16-le"
    if head[::2].count(0) > pairs * MOSTLY and head[1::2].count(0) < pairs / 20:
        return "utf-16-be"
    return ""


def _is_utf8(stream: BinaryIO) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := stream.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _single_byte(stream: BinaryIO) -> str:
    """Return the one-byte encoding of a text that is not UTF-8 as a whole, unless some of its lines are."""
    stream.seek(0)
    first: dict[str, int] = {}
    counts = {"utf-8": 0, "other": 0}
    is_latin, number = False, 0
    while line := stream.readline(BLOCK):
        number += line.endswith(b"\n")
        if line.isascii():
            continue
        kind = "utf-8" if _decodes(line) else "other"
        counts[kind] += 1
        first.setdefault(kind, max(1, number if line.endswith(b"\n") else number + 1))
        is_latin = is_latin or bool(ONLY_LATIN & set(line))
    if counts["utf-8"] and counts["other"]:
        odd = min(counts, key=lambda kind: (counts[kind], -first[kind]))
        raise FileRefused("mixed_encodings", row=first[odd])
    return "latin-1" if is_latin else "cp1252"


def _decodes(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True

"""Files as they come: told by their bytes, sealed in chunks on disk, opened only to be checked or downloaded."""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Protocol

import pydicom
import pypdfium2
from PIL import Image
from pydicom.errors import InvalidDicomError

from referral_portal.cases.choices import FileKind, RefusedBecause
from referral_portal.cases.models import CaseFile
from vault import sealing

LIMIT = 25 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_PAGES = 300
CHUNK = 1024 * 1024
TYPES = {
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.PDF: "application/pdf",
    FileKind.DICOM: "application/dicom",
}
ENDINGS = {FileKind.JPEG: ".jpg", FileKind.PNG: ".png", FileKind.PDF: ".pdf", FileKind.DICOM: ".dcm"}


class Readable(Protocol):
    """An upload, read from where it stands."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` of the next bytes."""


class FileRefused(Exception):
    """A file does not open as what its first bytes say."""

    def __init__(self, because: RefusedBecause) -> None:
        super().__init__(str(because))
        self.because = because


@dataclass(frozen=True)
class Stored:
    """What is known of sealed content: bytes, pieces, SHA-256."""

    size: int
    chunks: int
    digest: str


def kind_of(head: bytes) -> FileKind | None:
    """Return what the first 132 bytes say it is, or None for what we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    if head[128:132] == b"DICM" and not head.startswith((b"MZ", b"\x7fELF", b"#!", b"PK", b"<")):
        return FileKind.DICOM
    return None


def safe_name(name: str, kind: FileKind) -> str:
    """Return a file's name without folders, control characters and tricks, with the ending of its kind."""
    base = re.split(r"[/\\]", name)[-1]
    base = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\"<>|:*?;]", "", base).strip(" .")
    stem, _dot, ending = base.rpartition(".")
    wanted = (".jpeg", ".jpg") if kind is FileKind.JPEG else (ENDINGS[kind],)
    if f".{ending.lower()}" not in wanted:
        stem, ending = base, ENDINGS[kind][1:]
    return f"{stem[:100] or 'file'}.{ending}"


def _place(file: CaseFile, number: int, *, is_last: bool) -> str:
    return f"cases_casefile.content.{file.pk}.{number}.{'last' if is_last else 'more'}"


def store(file: CaseFile, upload: Readable) -> Stored:
    """Seal an upload into its place on disk, chunk by chunk, so that none can be dropped, moved or swapped."""
    file.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size, number = hashlib.sha256(), 0, 0
    partial = file.path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        pending = b""
        while piece := upload.read(CHUNK):
            if pending:
                number += 1
                _write(out, file, pending, number, is_last=False)
            digest.update(piece)
            size += len(piece)
            pending = piece
        number += 1
        _write(out, file, pending, number, is_last=True)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file.path)
    return Stored(size, number, digest.hexdigest())


def _write(out: IO[bytes], file: CaseFile, plain: bytes, number: int, *, is_last: bool) -> None:
    sealed = sealing.seal(plain, place=_place(file, number, is_last=is_last))
    out.write(len(sealed).to_bytes(4, "big") + sealed)


def content(file: CaseFile) -> Iterator[bytes]:
    """Yield the plain bytes, piece by piece.

    Raises:
        SealBroken: when a piece was altered, dropped or swapped.
    """
    with file.path.open("rb") as sealed:
        for number in range(1, file.chunks + 1):
            length = int.from_bytes(sealed.read(4), "big")
            yield sealing.unseal(sealed.read(length), place=_place(file, number, is_last=number == file.chunks))


def forget(file: CaseFile) -> None:
    """Remove the sealed content from disk."""
    file.path.unlink(missing_ok=True)


def inspect(file: CaseFile) -> None:
    """Open the file for real, within bounds.

    Raises:
        FileRefused: with the reason in words for its sender.
    """
    plain = b"".join(content(file))
    kind = FileKind(file.kind)
    if kind in {FileKind.JPEG, FileKind.PNG}:
        _inspect_picture(plain, kind)
    elif kind is FileKind.PDF:
        _inspect_pdf(plain)
    else:
        _inspect_dicom(plain)


def _inspect_picture(plain: bytes, kind: FileKind) -> None:
    try:
        with Image.open(BytesIO(plain), formats=[kind.upper()]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefused(RefusedBecause.TOO_LARGE)
            picture.load()
    except FileRefused:
        raise
    except Exception as error:
        raise FileRefused(RefusedBecause.UNREADABLE) from error


def _inspect_pdf(plain: bytes) -> None:
    try:
        document = pypdfium2.PdfDocument(plain)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise FileRefused(RefusedBecause.LOCKED if locked else RefusedBecause.UNREADABLE) from error
    try:
        pages = len(document)
        if not pages:
            raise FileRefused(RefusedBecause.UNREADABLE)
        if pages > MAX_PAGES:
            raise FileRefused(RefusedBecause.TOO_MANY_PAGES)
        document[0].close()
    except pypdfium2.PdfiumError as error:
        raise FileRefused(RefusedBecause.UNREADABLE) from error
    finally:
        document.close()


def _inspect_dicom(plain: bytes) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = pydicom.dcmread(BytesIO(plain), stop_before_pixels=True)
        rows, columns = int(data.get("Rows", 0) or 0), int(data.get("Columns", 0) or 0)
        known = bool(data.get("SOPClassUID"))
    except (InvalidDicomError, ValueError, KeyError, AttributeError, EOFError, TypeError) as error:
        raise FileRefused(RefusedBecause.UNREADABLE) from error
    if not known:
        raise FileRefused(RefusedBecause.UNREADABLE)
    if rows * columns > MAX_PIXELS:
        raise FileRefused(RefusedBecause.TOO_LARGE)

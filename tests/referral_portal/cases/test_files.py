"""Files: told by their bytes, sealed on disk, opened for real, refused with a reason."""

from __future__ import annotations

import io
import zlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from journal import reacting
from referral_portal.cases import actions, files
from referral_portal.cases.choices import FileKind
from referral_portal.cases.models import Case, CaseFile
from tests.factories.cases import dicom, pdf, picture
from vault.sealing import SealBroken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("upload", "kind"),
    [(picture(), "jpeg"), (picture("a.png", kind="PNG"), "png"), (pdf(), "pdf"), (dicom(), "dicom")],
)
def test_what_we_take_becomes_available_and_comes_back_unchanged(
    walter: Case, dana: User, upload: SimpleUploadedFile, kind: str
) -> None:
    upload.seek(0)
    plain = upload.read()
    file = actions.add_file(case=walter, upload=upload, by=dana)
    assert (file.kind, file.state) == (kind, "pending")
    assert actions.check_file(file=file).state == "available"
    assert b"".join(files.content(file)) == plain


def test_the_worker_checks_what_was_uploaded(walter: Case, dana: User) -> None:
    file = actions.add_file(case=walter, upload=picture(), by=dana)
    reacting.run_due()
    file.refresh_from_db()
    assert file.state == "available"


def test_nothing_of_a_file_is_readable_on_disk(walter: Case, dana: User) -> None:
    file = actions.add_file(case=walter, upload=pdf(), by=dana)
    sealed = file.path.read_bytes()
    assert b"%PDF" not in sealed
    assert file.path.stat().st_mode & 0o077 == 0


def test_a_large_file_is_sealed_in_pieces_that_cannot_be_cut_or_swapped(walter: Case, dana: User) -> None:
    plain = b"%PDF-1.7\n" + bytes(range(256)) * 4096 * 3
    file = actions.add_file(case=walter, upload=SimpleUploadedFile("big.pdf", plain), by=dana)
    assert file.chunks == 4
    assert b"".join(files.content(file)) == plain
    sealed = file.path.read_bytes()
    length = 4 + int.from_bytes(sealed[:4], "big")
    cut = sealed[: length * 3]
    swapped = sealed[length : length * 2] + sealed[:length] + sealed[length * 2 :]
    turned = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong in (swapped, turned):
        file.path.write_bytes(wrong)
        with pytest.raises(SealBroken):
            b"".join(files.content(file))
    file.path.write_bytes(cut)
    file.chunks = 3
    with pytest.raises(SealBroken):
        b"".join(files.content(file))


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("cut.jpg", picture().read()[:200], "unreadable"),
        ("lie.png", b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>" * 20, "unreadable"),
        ("not.pdf", b"%PDF-1.7 <html><script>alert(1)</script></html>", "unreadable"),
        ("not.dcm", b"\0" * 128 + b"DICM" + b"\xff" * 60, "unreadable"),
    ],
)
def test_what_does_not_open_is_refused_with_a_reason_and_forgotten(
    walter: Case, dana: User, name: str, content: bytes, because: str
) -> None:
    file = actions.add_file(case=walter, upload=SimpleUploadedFile(name, content), by=dana)
    file = actions.check_file(file=file)
    assert (file.state, file.refused_because) == ("refused", because)
    assert not file.path.exists()


def _bomb(side: int) -> bytes:
    """Return a small PNG that says it is `side` by `side`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("side", [9_000, 30_000])
def test_a_picture_too_large_to_open_is_refused(walter: Case, dana: User, side: int) -> None:
    file = actions.add_file(case=walter, upload=SimpleUploadedFile("bomb.png", _bomb(side)), by=dana)
    assert actions.check_file(file=file).state == "refused"


def test_a_document_of_many_pages_or_with_a_lock_is_refused(
    walter: Case, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    monkeypatch.setattr(files, "MAX_PAGES", 3)
    long = actions.check_file(file=actions.add_file(case=walter, upload=pdf(pages=4), by=dana))
    assert long.refused_because == "too_many_pages"
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(10, 10, "x")
    canvas.save()
    upload = SimpleUploadedFile("locked.pdf", out.getvalue())
    assert actions.check_file(file=actions.add_file(case=walter, upload=upload, by=dana)).refused_because == "locked"


def test_the_limit_and_the_number_of_held_files_are_kept(
    walter: Case, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from uuid import uuid4

    from referral_portal.cases.actions import filing

    monkeypatch.setattr(files, "LIMIT", 10)
    with pytest.raises(ValidationError):
        actions.add_file(case=walter, upload=picture(), by=dana)
    monkeypatch.undo()
    monkeypatch.setattr(filing, "MOST", 1)
    key = uuid4()
    actions.hold(office=walter.office, upload=picture(), key=key, by=dana)
    with pytest.raises(ValidationError):
        actions.hold(office=walter.office, upload=pdf(), key=key, by=dana)


def test_the_same_file_twice_is_one_file(walter: Case, dana: User) -> None:
    first = actions.add_file(case=walter, upload=picture(), by=dana)
    second = actions.add_file(case=walter, upload=picture(), by=dana)
    assert first == second
    assert walter.files.count() == 1


def test_strangers_hold_and_drop_nothing(walter: Case, dana: User, otto: User, hannah: User) -> None:
    from uuid import uuid4

    held = actions.hold(office=walter.office, upload=picture(), key=uuid4(), by=dana)
    for stranger in (otto, hannah):
        with pytest.raises(PermissionDenied):
            actions.hold(office=walter.office, upload=picture(), key=uuid4(), by=stranger)
        with pytest.raises(PermissionDenied):
            actions.drop(file=held, by=stranger)


def test_files_that_nobody_sends_are_forgotten_after_a_day(
    walter: Case, dana: User, django_capture_on_commit_callbacks: object
) -> None:
    from datetime import timedelta
    from uuid import uuid4

    import time_machine
    from django.utils import timezone

    from referral_portal.cases.tasks import tidy

    held = actions.hold(office=walter.office, upload=picture(), key=uuid4(), by=dana)
    sent = actions.add_file(case=walter, upload=pdf(), by=dana)
    with time_machine.travel(timezone.now() + timedelta(hours=30)), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tidy()
    assert list(CaseFile.objects.all()) == [sent]
    assert not held.path.exists()
    assert sent.path.exists()


@given(st.text(max_size=300), st.sampled_from(list(FileKind)))
@settings(max_examples=300, deadline=None)
def test_a_files_name_never_leaves_its_folder_or_lies_about_its_kind(name: str, kind: FileKind) -> None:
    safe = files.safe_name(name, kind)
    assert 0 < len(safe) <= 110
    assert not set(safe) & set('/\\\x00\n\r"<>|:*?;\u202e')
    assert safe.rsplit(".", 1)[1].lower() in {"jpeg": {"jpg", "jpeg"}, "dicom": {"dcm"}}.get(kind, {str(kind)})


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_told_apart_without_trouble(head: bytes) -> None:
    assert files.kind_of(head) in {None, *FileKind}

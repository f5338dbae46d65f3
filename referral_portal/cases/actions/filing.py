"""Files: held under a form's key, added to a case, checked, dropped, forgotten when nobody sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import may
from journal.recording import name_of, record
from referral_portal.cases import clocks, files
from referral_portal.cases.actions.ground import begin, lock, tell
from referral_portal.cases.choices import FileState
from referral_portal.cases.models import Case, CaseFile
from referral_portal.cases.policy import is_handler
from referral_portal.cases.states import Action
from referral_portal.offices.models import Office

if TYPE_CHECKING:
    from accounts.models import User

HELD_FOR = timedelta(days=1)
MOST = 20


@transaction.atomic
def hold(*, office: Office, upload: UploadedFile[Any], key: UUID, by: User) -> CaseFile:
    """Keep a file for a case that is still being written; `send` takes it along.

    Raises:
        ValidationError: when it is too large, empty, or nothing that we take.
    """
    if not may(by, "portal.office", office.scope) and not is_handler(by):
        raise PermissionDenied
    standing = CaseFile.objects.filter(office=office, held_under=key, by=name_of(by))
    if standing.count() >= MOST:
        raise ValidationError({"files": _("That is more than %(most)s files.") % {"most": MOST}})
    file = _keep(office=office, upload=upload, by=by, case=None, key=key)
    record("file.held", subject=file, by=by, at=clocks.now(), kind=file.kind, size=file.size)
    return file


@transaction.atomic
def drop(*, file: CaseFile, by: User) -> None:
    """Take back a file that was held and not sent."""
    file = CaseFile.objects.select_for_update().get(pk=file.pk)
    if file.case_id is not None or file.by != name_of(by):
        raise PermissionDenied
    record("file.dropped", subject=file, by=by)
    _forget(file)


@transaction.atomic
def add_file(*, case: Case, upload: UploadedFile[Any], by: User) -> CaseFile:
    """Add a file to a case that was sent.

    Raises:
        ValidationError: when it is too large, empty, or nothing that we take.
    """
    case = lock(case)
    begin(case, Action.ADD_FILE, by=by)
    file = _keep(office=case.office, upload=upload, by=by, case=case, key=None)
    standing = case.files.filter(by=file.by, digest=file.digest).exclude(pk=file.pk).first()
    if standing is not None:
        _forget(file)
        return standing
    tell(case, Action.ADD_FILE, by=by, file=file.ref)
    return file


@transaction.atomic
def check_file(*, file: CaseFile, by: None = None) -> CaseFile:
    """Open a pending file for real and make it available, or refuse it with a reason."""
    file = CaseFile.objects.select_for_update(of=("self",)).select_related("case").get(pk=file.pk)
    if file.state in {FileState.AVAILABLE, FileState.REFUSED}:
        return file
    try:
        files.inspect(file)
    except files.FileRefused as refusal:
        file.state, file.refused_because = FileState.REFUSED, refusal.because
        files.forget(file)
    else:
        file.state = FileState.AVAILABLE
    file.save(update_fields=["state", "refused_because"])
    verb = "file.checked" if file.is_available else "file.refused"
    record(verb, subject=file, by=by, at=clocks.now(), because=str(file.refused_because))
    return file


def forget_unsent(*, by: None = None) -> int:
    """Forget files that were held for more than a day and never sent; return how many."""
    stale = CaseFile.objects.filter(case__isnull=True, at__lt=clocks.now() - HELD_FOR)
    count = 0
    for file in stale[:500]:
        with transaction.atomic():
            record("file.forgotten", subject=file, by=by)
            _forget(file)
            count += 1
    return count


def _keep(*, office: Office, upload: UploadedFile[Any], by: User, case: Case | None, key: UUID | None) -> CaseFile:
    size = upload.size or 0
    if not size:
        raise ValidationError({"files": _("This file is empty.")})
    if size > files.LIMIT:
        raise ValidationError(
            {"files": _("This file is larger than %(limit)s MB.") % {"limit": files.LIMIT // 1024 // 1024}}
        )
    upload.seek(0)
    kind = files.kind_of(upload.read(132))
    upload.seek(0)
    if kind is None:
        raise ValidationError({"files": _("We take JPEG, PNG, PDF, and DICOM files only.")})
    file = CaseFile(
        office=office,
        case=case,
        held_under=key,
        side=CaseFile.Side.STAFF if is_handler(by) else CaseFile.Side.OFFICE,
        name=files.safe_name(upload.name or "", kind),
        kind=kind,
        at=clocks.now(),
        by=name_of(by),
    )
    stored = files.store(file, upload)
    file.size, file.chunks, file.digest = stored.size, stored.chunks, stored.digest
    file.save()
    return file


def _forget(file: CaseFile) -> None:
    path = file.path
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))

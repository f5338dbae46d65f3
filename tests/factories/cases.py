"""Makes cases in any state, as the actions would have left them, without their journal."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from practice.models import Location, Service
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import CaseState, VisitState
from referral_portal.offices.models import DoctorMembership
from tests.factories.offices import OfficeFactory, ReferringDoctorFactory
from tests.factories.practice import LocationFactory, PracticeFactory, ServiceFactory

BY = "user:U-MADE"
ORDER = ("consent", "submitted", "received", "accepted")
LAST: dict[str, tuple[str, ...]] = {
    CaseState.DRAFT: (),
    CaseState.SUBMITTED: ORDER[:2],
    CaseState.RECEIVED: ORDER[:3],
    CaseState.ACCEPTED: ORDER,
    CaseState.DECLINED: (*ORDER[:3], "declined"),
    CaseState.CANCEL_REQUESTED: (*ORDER, "cancel_requested"),
    CaseState.CANCELLED: (*ORDER, "cancel_requested", "cancelled"),
    CaseState.UNREACHABLE: (*ORDER, "unreachable"),
    CaseState.COMPLETED: (*ORDER, "completed"),
    CaseState.LOOP_CLOSED: (*ORDER, "completed", "closed"),
    CaseState.MERGED: (*ORDER[:2], "ended"),
    CaseState.ENTERED_IN_ERROR: ("ended",),
}


class CaseFactory(factory.django.DjangoModelFactory[Case]):
    """A case that was just sent; `status=` brings the stamps that its state asks for."""

    class Meta:
        model = Case

    office = factory.SubFactory(OfficeFactory)
    referring_doctor = factory.LazyAttribute(lambda case: _doctor(case.office))
    service = factory.LazyFunction(lambda: Service.objects.first() or ServiceFactory.create())
    location = factory.LazyFunction(
        lambda: Location.objects.first() or LocationFactory.create(practice=PracticeFactory.create())
    )
    given_name = factory.Sequence(lambda n: f"Walter{n}")
    family_name = factory.Sequence(lambda n: f"Brandvold{n}")
    born = "1954-03-04"
    phone = factory.Sequence(lambda n: f"(360) 555-{n % 10000:04d}")
    status = CaseState.SUBMITTED

    @classmethod
    def _create(cls, model_class: type[Case], *args: Any, **kwargs: Any) -> Case:
        status = CaseState(kwargs.get("status", CaseState.SUBMITTED))
        moment = kwargs.pop("at", None) or timezone.now() - timedelta(hours=1)
        for number, stamp in enumerate(LAST[status]):
            kwargs.setdefault(f"{stamp}_at", moment + timedelta(minutes=number))
            kwargs.setdefault(f"{stamp}_by", BY)
        if status is CaseState.SUBMITTED:
            kwargs.setdefault("acknowledge_by", moment + timedelta(hours=4))
        if status in {CaseState.COMPLETED, CaseState.LOOP_CLOSED}:
            kwargs.setdefault("ending", "treated")
        if status is CaseState.LOOP_CLOSED:
            kwargs.setdefault("closed_how", "portal")
        if status is CaseState.DECLINED:
            kwargs.setdefault("decline_reason", "no_time")
        if status is CaseState.MERGED and "survivor" not in kwargs:
            kwargs["survivor"] = CaseFactory.create(office=kwargs["office"])
        kwargs.setdefault("changed_at", moment)
        return super()._create(model_class, *args, **kwargs)


def _doctor(office: Any) -> Any:
    standing = DoctorMembership.objects.filter(office=office).select_related("doctor").first()
    return standing.doctor if standing else ReferringDoctorFactory.create(office=office)


def visit(case: Case, provider: Any, *, days: int = 1, status: str = VisitState.BOOKED) -> CaseAppointment:
    """Return a visit of a case, some days from now (before now where negative)."""
    settled = {} if status == VisitState.BOOKED else {"settled_at": timezone.now(), "settled_by": BY}
    return CaseAppointment.objects.create(
        case=case,
        starts_at=timezone.now() + timedelta(days=days),
        provider=provider,
        location=case.location,
        booked_by=BY,
        status=status,
        **settled,
    )


def picture(name: str = "PA_tooth3.jpg", *, size: tuple[int, int] = (60, 44), kind: str = "JPEG") -> SimpleUploadedFile:
    """Return a real picture to upload."""
    out = io.BytesIO()
    Image.new("RGB", size, "#10181a").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type=f"image/{kind.lower()}")


def pdf(name: str = "chart.pdf", *, pages: int = 1) -> SimpleUploadedFile:
    """Return a real document to upload."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for _page in range(pages):
        canvas.drawString(100, 700, "Perio chart")
        canvas.showPage()
    canvas.save()
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")


def dicom(name: str = "PA_tooth3.dcm", *, rows: int = 8, columns: int = 8) -> SimpleUploadedFile:
    """Return a real DICOM picture to upload."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(name, {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID = SecondaryCaptureImageStorage
    data.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    data.Rows, data.Columns = rows, columns
    data.SamplesPerPixel, data.BitsAllocated, data.BitsStored, data.HighBit = 1, 8, 8, 7
    data.PhotometricInterpretation, data.PixelRepresentation = "MONOCHROME2", 0
    data.PixelData = b"\0" * 64
    out = io.BytesIO()
    data.save_as(out, enforce_file_format=True)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/dicom")

"""What was done for them: visits, past and future, and procedures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from patients.models import Appointment, AppointmentStatus, Procedure
from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper, rows_before

ICONS = {
    AppointmentStatus.BOOKED: "date",
    AppointmentStatus.KEPT: "date",
    AppointmentStatus.MISSED: "warning",
    AppointmentStatus.CANCELLED: "cross",
}


def _visits(person: Person) -> int:
    return Appointment.objects.filter(patient=person.patient).count()


def _visit_lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    rows = Appointment.objects.filter(patient=person.patient).select_related("service", "provider")
    found = list(rows_before(rows.prefetch_related("procedures__service"), "starts_at", before, limit))
    for visit in found:
        done = [str(one) for one in visit.procedures.all()] or [str(visit.service)] * bool(visit.service_id)
        what = ", ".join([*done, *([visit.provider.name] if visit.provider else [])])
        status = {
            AppointmentStatus.BOOKED: _("Visit booked"),
            AppointmentStatus.KEPT: _("Visit kept"),
            AppointmentStatus.MISSED: _("Visit missed"),
            AppointmentStatus.CANCELLED: _("Visit canceled"),
        }[AppointmentStatus(visit.status)]
        title = _("%(status)s: %(what)s") % {"status": status, "what": what} if what else status
        detail = _("imported") if visit.external_id else ""
        yield Line(visit.starts_at, Tab.VISITS, ICONS[AppointmentStatus(visit.status)], title, detail)


def export(person: Person) -> Iterable[Table]:
    """Hand over visits and what was done."""
    visits = Appointment.objects.filter(patient=person.patient).select_related("service", "provider", "location")
    yield Table(
        "visits",
        ["reference", "at", "status", "service", "provider", "location"],
        [
            [one.ref, day_of(one.starts_at), one.status, one.service or "", one.provider or "", one.location]
            for one in visits
        ],
    )
    done = Procedure.objects.filter(patient=person.patient).select_related("service", "provider")
    yield Table(
        "procedures",
        ["on", "code", "what", "provider", "fee"],
        [
            [
                day_of(one.done_on),
                one.code,
                one.label or one.service or "",
                one.provider or "",
                f"{one.fee_cents / 100:.2f}",
            ]
            for one in done
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell of visits and procedures: the heart of a record, which laws keep for years."""
    visits = Appointment.objects.filter(patient=person.patient)
    done = Procedure.objects.filter(patient=person.patient)
    yield Part(_("Visits"), Kept.RECORD, visits.count(), visits.delete)
    yield Part(_("Procedures and fees"), Kept.RECORD, done.count(), done.delete)


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Move visits and procedures."""
    for model in (Appointment, Procedure):
        moves.move(model.objects.filter(patient=gone.patient), "patient", into.patient.pk)


keeper(
    "patients.care",
    models=("patients.Appointment", "patients.Procedure"),
    show=(Shelf(Tab.VISITS, _visits, _visit_lines),),
    export=export,
    erase=erase,
    merge=merge,
)

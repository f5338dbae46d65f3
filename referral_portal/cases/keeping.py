"""Cases of a patient: sent by offices, part of the record that the law keeps; emptied of the person afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper, rows_before
from referral_portal.cases import files
from referral_portal.cases.models import Case, CaseQuerySet
from vault.fields import SealedTextField


def _rows(person: Person) -> CaseQuerySet:
    return Case.objects.filter(patient=person.patient)


def _lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    rows = _rows(person).sent().select_related("office", "service")
    for one in rows_before(rows, "created_at", before, limit):
        title = _("Sent by %(office)s: %(what)s") % {"office": one.office.name, "what": one.service.name}
        detail = f"{one.ref} · {one.get_status_display()}"
        yield Line(one.created_at, Tab.CASES, "gw-inbox", title, detail, url=reverse("inbox:item", args=[one.ref]))


def export(person: Person) -> Iterable[Table]:
    """Hand over cases with their reports and the visits that came of them."""
    rows = (
        _rows(person)
        .select_related("office", "service")
        .prefetch_related("reports__clinician", "appointments__provider")
    )
    cases = list(rows.order_by("created_at"))
    yield Table(
        "cases",
        ["reference", "at", "office", "for", "teeth", "state", "alerts", "note for the dentist"],
        [
            [
                one.ref,
                day_of(one.created_at),
                one.office.name,
                one.service.name,
                one.teeth,
                one.status,
                "; ".join(one.alert_labels),
                one.remark,
            ]
            for one in cases
        ],
    )
    yield Table(
        "reports",
        ["case", "at", "by", "text"],
        [[one.ref, day_of(paper.at), paper.clinician.name, paper.text] for one in cases for paper in one.reports.all()],
    )
    yield Table(
        "visits of cases",
        ["case", "at", "with", "state"],
        [
            [one.ref, day_of(visit.starts_at), visit.provider.name, visit.status]
            for one in cases
            for visit in one.appointments.all()
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell of cases: clinical records, which stay for the law's time and are then emptied of the person."""
    rows = _rows(person)
    yield Part(_("What offices sent, reports and files"), Kept.RECORD, rows.count(), lambda: _empty(person))


def _empty(person: Person) -> None:
    for case in _rows(person):
        for paper in case.files.all():
            files.forget(paper)
        parts = (case.files, case.messages, case.corrections, case.calls, case.reports, case.appointments)
        for row in (row for part in parts for row in part.all()):
            _clear(row)
        case.patient = None
        _clear(case, "patient")


def _clear(row: models.Model, *more: str) -> None:
    sealed = [column.name for column in row._meta.concrete_fields if isinstance(column, SealedTextField)]
    for name in sealed:
        setattr(row, name, "")
    indexes = [index for named in getattr(row, "INDEXED_BY", {}).values() for index in named]
    row.save(update_fields=[*sealed, *indexes, *more])


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Let cases be the one's who stands."""
    moves.move(Case.objects.filter(patient=gone.patient), "patient", into.patient.pk)


keeper(
    "cases.cases",
    models=("cases.Case",),
    show=(Shelf(Tab.CASES, lambda person: _rows(person).sent().count(), _lines),),
    export=export,
    erase=erase,
    merge=merge,
)

"""Where a patient's data came from: the lines of imports, with what stood before them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.importing.barring import barred_hash
from patients.models import FileKind, ImportBarred, ImportBatch, ImportLine, ImportQuestion
from patients.moving import Moves
from patients.reading import names_of
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, keeper, rows_before

NEW = ImportLine.Outcome.NEW.value
BY_MACHINE = {"system:watched_folder": _("the watched folder"), "system:import_patients": _("a command")}


def _batches(person: Person) -> QuerySet[ImportBatch]:
    lines = ImportLine.objects.filter(patient=person.patient).values("batch")
    return ImportBatch.objects.filter(pk__in=lines, started_at__isnull=False)


def _import_lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    batches = rows_before(_batches(person), "started_at", before, limit)
    if not batches:
        return
    rows = ImportLine.objects.filter(patient=person.patient, batch__in=batches).order_by()
    outcomes: dict[object, set[str]] = {}
    for batch, outcome in rows.values_list("batch", "outcome").distinct():
        outcomes.setdefault(batch, set()).add(outcome)
    names = names_of(one.by for one in batches)
    for one in batches:
        who = names.get(one.by) or BY_MACHINE.get(one.by, one.by)
        detail = _("%(ref)s, by %(who)s") % {"ref": one.ref, "who": who}
        url = reverse("patients:import_file", args=[one.ref])
        yield Line(
            one.started_at or one.taken_at,
            Tab.CHANGES,
            "upload",
            _what(one, outcomes.get(one.pk, set())),
            detail,
            url=url,
            needs="patients.import",
        )


def _what(batch: ImportBatch, outcomes: set[str]) -> str | Promise:
    """Return what an import did for somebody, in words."""
    if batch.kind == FileKind.APPOINTMENTS:
        return _("Visits came with an import")
    if batch.kind == FileKind.PROCEDURES:
        return _("Procedures came with an import")
    if NEW in outcomes:
        return _("Came with an import")
    is_changed = ImportLine.Outcome.CHANGED.value in outcomes
    return _("Changed by an import") if is_changed else _("Found again in an import")


def export(person: Person) -> Iterable[Table]:
    """Hand over by which imports their data came."""
    rows = ImportLine.objects.filter(patient=person.patient).select_related("batch").order_by("batch", "row")
    yield Table("imports", ["import", "row", "what it did"], [[one.batch.ref, one.row, one.outcome] for one in rows])


def erase(person: Person) -> Iterable[Part]:
    """Tell of lines and open questions: they go, and with them that an import could be undone for this person."""
    lines = ImportLine.objects.filter(patient=person.patient)
    questions = ImportQuestion.objects.filter(patient=person.patient)
    yield Part(_("What imports brought or changed"), Kept.GOES, lines.count(), lambda: _forget(person))
    yield Part(_("Questions of imports about them"), Kept.GOES, questions.count(), questions.delete)


def _forget(person: Person) -> None:
    """Delete the lines; a later file of the older system does not bring back whom somebody wanted gone."""
    if number := person.patient.external_id:
        ImportBarred.objects.get_or_create(number_hash=barred_hash(number))
    ImportLine.objects.filter(patient=person.patient).delete()


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Let lines and questions lead to the one who stands."""
    for model in (ImportLine, ImportQuestion):
        moves.move(model.objects.filter(patient=gone.patient), "patient", into.patient.pk)


keeper(
    "patients.imports",
    models=("patients.ImportLine", "patients.ImportQuestion"),
    show=(Shelf(Tab.CHANGES, lambda person: _batches(person).count(), _import_lines),),
    export=export,
    erase=erase,
    merge=merge,
)

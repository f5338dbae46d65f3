"""Where a patient's data came from: the lines of imports, with what stood before them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from patients.importing.barring import barred_hash
from patients.models import ImportBarred, ImportLine, ImportQuestion
from patients.moving import Moves
from patients.records import Kept, Part, Person, Table, keeper


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
    export=export,
    erase=erase,
    merge=merge,
)

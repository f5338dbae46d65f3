"""What they agreed to: lines of the ledger stand for ever and name nobody; at a merge the stricter answer stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from patients.models import Basis, Channel, Consent, Purpose
from patients.models.preferences import Declined
from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper, rows_before


def _rows(person: Person) -> int:
    return Consent.objects.filter(reader__in=person.readers).count()


def _lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for line in rows_before(Consent.objects.filter(reader__in=person.readers), "at", before, limit):
        said = _("Said yes: %(channel)s, %(purpose)s") if line.is_given else _("Said no: %(channel)s, %(purpose)s")
        if line.is_given and line.basis == Basis.MAY_OBJECT:
            said = _("May object: %(channel)s, %(purpose)s")
        words = {"channel": Channel(line.channel).label, "purpose": Purpose(line.purpose).label}
        detail = _("%(source)s, wording %(wording)s") % {
            "source": line.source.replace("_", " "),
            "wording": line.wording_version,
        }
        yield Line(line.at, Tab.CONSENT, "success" if line.is_given else "cross", said % words, detail)


def export(person: Person) -> Iterable[Table]:
    """Hand over every line of the ledger."""
    rows = Consent.objects.filter(reader__in=person.readers).order_by("at", "pk")
    yield Table(
        "consents",
        ["at", "channel", "purpose", "answer", "basis", "wording", "where", "until"],
        [
            [
                *(day_of(one.at), one.channel, one.purpose, "yes" if one.is_given else "no", one.basis),
                *(one.wording_version, one.source, day_of(one.superseded_at)),
            ]
            for one in rows
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell that the lines stay, as proof; they name nobody once the rest is gone."""
    declined = Declined.objects.filter(reader__in=person.readers)
    yield Part(_("Topics that they did not want"), Kept.GOES, declined.count(), declined.delete)
    yield Part(_("What they agreed to, without a name"), Kept.PROOF, _rows(person))


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Leave every line where it is (`merging` writes the stricter answer as a new one); no topic's no is lost."""
    ours, theirs = into.patient.reader, gone.patient.reader
    said = set(Declined.objects.filter(reader=ours).values_list("channel", "topic"))
    for one in Declined.objects.filter(reader=theirs):
        if (one.channel, one.topic) in said:
            moves.drop(one)
    moves.move(Declined.objects.filter(reader=theirs), "reader", ours.pk)


keeper(
    "patients.consents",
    models=("patients.Consent", "patients.Declined"),
    show=(Shelf(Tab.CONSENT, _rows, _lines),),
    export=export,
    erase=erase,
    merge=merge,
)

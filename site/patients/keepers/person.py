"""The person: name, birth, ways to reach them, who may be told, words and facts that staff added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models import (
    AttributeValue,
    Confidant,
    ContactPoint,
    Erasure,
    LookAlike,
    Merge,
    Nature,
    Note,
    Patient,
    PostalAddress,
    Reader,
    ReaderKind,
)
from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper, readers_of, rows_before

CHOSEN = ("born_on", "gender", "payer_class", "source", "location_id", "provider_id", "responsible_id", "external_id")
MODELS = (
    "patients.Patient",
    "patients.Reader",
    "patients.ContactPoint",
    "patients.PostalAddress",
    "patients.Confidant",
    "patients.Note",
    "patients.AttributeValue",
    "patients.LookAlike",
    "patients.Merge",
    "patients.Erasure",
    "patients.Reader_tags",
)


def _note_lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for note in rows_before(Note.objects.filter(patient=person.patient), "at", before, limit):
        yield Line(note.at, Tab.NOTES, "edit", _("Note by %(name)s") % {"name": note.by}, text=note.text)


def export(person: Person) -> Iterable[Table]:
    """Hand over who we take them for, how we reach them, whom we may tell, and what staff added."""
    patient, reader = person.patient, person.patient.reader
    yield Table(
        "person",
        [
            *("reference", "number in the older system", "given name", "family name", "born", "gender"),
            *("status", "language", "pays", "came by", "since"),
        ],
        [
            [
                *(patient.ref, patient.external_id or "", reader.given_name, reader.family_name),
                *(day_of(patient.born_on), patient.gender, patient.status, reader.language),
                *(patient.payer_class, patient.source, day_of(patient.added_at)),
            ]
        ],
    )
    points = ContactPoint.objects.filter(reader__in=person.readers).order_by("pk")
    yield Table(
        "contact",
        ["channel", "address", "first", "verified"],
        [[point.channel, point.address, point.is_primary, day_of(point.verified_at)] for point in points],
    )
    homes = PostalAddress.objects.filter(reader__in=person.readers)
    yield Table("postal address", ["address"], [[home.in_one_line] for home in homes])
    yield Table(
        "may be told",
        ["name", "who they are", "phone", "what", "until"],
        [[one.name, one.relation, one.phone, one.extent, day_of(one.until)] for one in patient.confidants.all()],
    )
    yield Table("notes", ["at", "by", "text"], [[day_of(note.at), note.by, note.text] for note in patient.noted.all()])
    if patient.notes:
        yield Table("older notes", ["text"], [[patient.notes]])
    values = AttributeValue.objects.filter(patient=patient).select_related("attribute")
    yield Table("facts", ["fact", "value"], [[value.attribute.label, value.value] for value in values])
    yield Table("tags", ["tag"], [[tag.name] for tag in reader.tags.all()])


def erase(person: Person) -> Iterable[Part]:
    """Tell what goes at once, and what a law may keep."""
    patient = person.patient
    points = ContactPoint.objects.filter(reader__in=person.readers)
    homes = PostalAddress.objects.filter(reader__in=person.readers)
    facts = AttributeValue.objects.filter(patient=patient)
    plain, clinical = facts.exclude(attribute__nature=Nature.CLINICAL), facts.filter(attribute__nature=Nature.CLINICAL)
    tags = Reader.tags.through.objects.filter(reader__in=person.readers)
    alike = LookAlike.objects.filter(Q(first=patient) | Q(second=patient))
    merges = Merge.objects.filter(survivor=patient)
    notes = patient.noted.all()
    yield Part(_("Phones and e-mail addresses"), Kept.GOES, points.count(), points.delete)
    yield Part(_("Postal address"), Kept.GOES, homes.count(), homes.delete)
    yield Part(_("Who may be told"), Kept.GOES, patient.confidants.count(), patient.confidants.all().delete)
    yield Part(_("Tags"), Kept.GOES, tags.count(), tags.delete)
    yield Part(_("Facts that are not clinical"), Kept.GOES, plain.count(), plain.delete)
    yield Part(_("Possible duplicates"), Kept.GOES, alike.count(), alike.delete)
    yield Part(_("Rows kept to take a merge back"), Kept.GOES, merges.count(), lambda: _empty_merges(person))
    yield Part(_("Clinical facts"), Kept.RECORD, clinical.count(), clinical.delete)
    yield Part(_("Notes"), Kept.RECORD, notes.count() + bool(patient.notes), notes.delete)
    yield Part(_("Name, birth date and status"), Kept.RECORD, 1, lambda: _forget(person), is_last=True)


def _empty_merges(person: Person) -> None:
    """Leave that there was a merge, so that older names still lead here, and nothing to take it back with."""
    for one in Merge.objects.filter(survivor=person.patient):
        one.undo, one.gone_external_id = "", ""
        one.save(update_fields=["undo", "gone_external_id"])


def _forget(person: Person) -> None:
    """Leave readers that name nobody, for the consent ledger, and take the patient away."""
    Merge.objects.filter(survivor=person.patient).delete()
    Patient.objects.filter(pk=person.patient.pk).delete()
    readers_of(person).update(
        kind=ReaderKind.FORMER, given_name="", family_name="", language="en", user=None, paused_until=None
    )


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Move what the second has; where only one can stand, the first's stands and the second's fills what is empty."""
    ours, theirs = into.patient, gone.patient
    for column in ("first", "second"):
        for pair in LookAlike.objects.filter(**{column: theirs}):
            moves.drop(pair)
    moves.move(Confidant.objects.filter(patient=theirs), "patient", ours.pk)
    moves.move(Note.objects.filter(patient=theirs), "patient", ours.pk)
    moves.move(Patient.objects.filter(responsible=theirs).exclude(pk=ours.pk), "responsible", ours.pk)
    moves.move(Reader.objects.filter(merged_into=theirs.reader), "merged_into", ours.reader_id)
    moves.move(Merge.objects.filter(survivor=theirs), "survivor", ours.pk)
    moves.move(Erasure.objects.filter(patient=theirs), "patient", ours.pk)
    _merge_points(into, gone, moves)
    _merge_homes(ours.reader, theirs.reader, moves)
    said = set(AttributeValue.objects.filter(patient=ours).values_list("attribute", flat=True))
    values = AttributeValue.objects.filter(patient=theirs)
    for value in values.filter(attribute__in=said):
        moves.drop(value)
    moves.move(values.exclude(attribute__in=said), "patient", ours.pk)
    through = Reader.tags.through.objects
    worn = set(through.filter(reader=ours.reader).values_list("tag", flat=True))
    for link in through.filter(reader=theirs.reader, tag__in=worn):
        moves.drop(link)
    moves.move(through.filter(reader=theirs.reader), "reader", ours.reader_id)


def _merge_points(into: Person, gone: Person, moves: Moves) -> None:
    mine = {
        (point.channel, point.address_hash): point for point in ContactPoint.objects.filter(reader=into.patient.reader)
    }
    firsts = {channel for (channel, _hash), point in mine.items() if point.is_primary}
    for point in ContactPoint.objects.filter(reader=gone.patient.reader).order_by("pk"):
        same = mine.get((point.channel, point.address_hash))
        if same is not None:
            if same.verified_at is None and point.verified_at is not None:
                moves.change(same, verified_at=point.verified_at)
            moves.drop(point)
            continue
        if point.is_primary and point.channel in firsts:
            moves.change(point, is_primary=False)
        moves.move(ContactPoint.objects.filter(pk=point.pk), "reader", into.patient.reader_id)


def _merge_homes(ours: Reader, theirs: Reader, moves: Moves) -> None:
    home = PostalAddress.objects.filter(reader=theirs).first()
    if home is None:
        return
    if PostalAddress.objects.filter(reader=ours).exists():
        moves.drop(home)
    else:
        moves.move(PostalAddress.objects.filter(pk=home.pk), "reader", ours.pk)


keeper(
    "patients.person",
    models=MODELS,
    show=(Shelf(Tab.NOTES, lambda person: person.patient.noted.count(), _note_lines),),
    export=export,
    erase=erase,
    merge=merge,
)

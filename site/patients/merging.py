"""Two records made one without loss, and the same taken back: every row is kept as it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal.recording import record
from patients import facts, records
from patients.editing import Refused, locked
from patients.models import (
    Basis,
    Consent,
    Erasure,
    Merge,
    Note,
    Patient,
    PatientStatus,
    Reader,
    ReaderKind,
    birthday_of,
)
from patients.models.kinds import AtMost
from patients.moving import Moves
from patients.records import Person

OF_PATIENT = ("born_on", "gender", "payer_class", "source", "location", "provider", "responsible", "external_id")
OF_READER = ("given_name", "family_name", "language")
CHOICES = (*OF_READER, *OF_PATIENT)


class Reason(models.TextChoices):
    """How somebody knows that two records are one person; it stands in the journal."""

    SAME_PERSON = "same_person", _("They told us so")
    SAME_PAPERS = "same_papers", _("Their papers say so: an insurance card, an ID")
    SAME_FACTS = "same_facts", _("Name, birth date and address leave no doubt")


AT_MERGE, AT_UNMERGE = "merge", "unmerge"
STRICTEST_FIRST = ("visits", "quarter", "month", "")


@transaction.atomic
def merge(
    *,
    survivor: Patient,
    gone: Patient,
    by: User,
    reason: str = "same_person",
    chosen: Iterable[str] = (),
    version: int | None = None,
    gone_version: int | None = None,
) -> Merge:
    """Make two records one.

    Args:
        survivor: whose reference stands.
        gone: whose record goes; its reference leads to the survivor from now on.
        by: who says that they are one person.
        reason: one of Reason, how they know.
        chosen: columns in which the second record's value stands; what the first leaves empty is filled anyway.
        version: of the first record that was seen.
        gone_version: of the second.

    Returns:
        The merge, which can be taken back.

    Raises:
        Stale: when somebody changed one of them meanwhile.
        Refused: when they are the same, or one is being erased.
    """
    if survivor.pk == gone.pk:
        raise Refused("same")
    first, second = (
        locked(one, seen)
        for one, seen in sorted(((survivor, version), (gone, gone_version)), key=lambda pair: pair[0].pk)
    )
    survivor, gone = (first, second) if first.pk == survivor.pk else (second, first)
    if Erasure.objects.filter(patient__in=[survivor, gone], finished_at__isnull=True).exists():
        raise Refused("erased")
    moves = Moves()
    into, other = Person.of(survivor), Person.of(gone)
    numbers = [one.external_id for one in (survivor, gone) if one.external_id]
    _fill(survivor, gone, set(chosen), moves)
    for one in records.keepers():
        one.merge(into, other, moves)
    _join_readers(survivor.reader, gone.reader, moves)
    moves.drop(gone)
    _follow(survivor, moves)
    _stricter(survivor.reader, gone.reader, by)
    done = Merge(
        survivor=survivor,
        gone_ref=gone.ref,
        gone_reader=gone.reader,
        gone_external_id=next((number for number in numbers if number != survivor.external_id), ""),
        by=f"user:{by.ref}",
        undo=moves.dumped(),
    )
    done.save()
    record("patient.merged", subject=survivor, by=by, about=survivor, gone=gone.ref, merge=done.ref, reason=reason)
    return done


@transaction.atomic
def unmerge(*, merge: Merge, by: User) -> Patient:
    """Take a merge back: both records stand as they were, and what came since stays with the survivor.

    Returns:
        The record that had gone.

    Raises:
        Refused: when it is not the survivor's last merge, was emptied by an erasure, or is taken back already.
    """
    survivor = locked(merge.survivor, None)
    merge = Merge.objects.select_for_update(of=("self",)).select_related("gone_reader").get(pk=merge.pk)
    last = Merge.objects.filter(survivor=survivor, undone_at__isnull=True).first()
    if merge.undone_at is not None or last is None or last.pk != merge.pk or not merge.undo:
        raise Refused("order")
    Moves.loaded(merge.undo).taken_back()
    _answers_back(survivor.reader, merge, by)
    merge.undone_at, merge.undone_by, merge.undo = timezone.now(), f"user:{by.ref}", ""
    merge.save(update_fields=["undone_at", "undone_by", "undo"])
    gone = Patient.objects.get(ref=merge.gone_ref)
    record("patient.unmerged", subject=survivor, by=by, about=survivor, gone=gone.ref, merge=merge.ref)
    return gone


def survivor_of(external_id: str) -> Patient | None:
    """Return who has the record that came under an older system's number and was merged; None where nobody has."""
    found = (
        Merge.objects.filter(gone_external_id=external_id, undone_at__isnull=True).select_related("survivor").first()
    )
    return found.survivor if found else None


def _fill(survivor: Patient, gone: Patient, chosen: set[str], moves: Moves) -> None:
    """Let chosen values of the second stand, and fill what the first leaves empty."""
    values: dict[str, Any] = {}
    for name in OF_PATIENT:
        column = f"{name}_id" if name in {"location", "provider", "responsible"} else name
        ours, theirs = getattr(survivor, column), getattr(gone, column)
        is_empty = ours in {None, "", "unknown"}
        if theirs not in {None, ""} and (is_empty or name in chosen):
            values[column] = theirs
    if values.get("responsible_id") == survivor.pk:
        values.pop("responsible_id")
    if survivor.responsible_id == gone.pk:
        values["responsible_id"] = None
    if "born_on" in values:
        values["birthday"] = birthday_of(values["born_on"])
    if "external_id" in values:
        moves.change(gone, external_id=None)
    status = _stricter_status(survivor.status, gone.status)
    values |= {
        "status": status,
        "added_at": min(survivor.added_at, gone.added_at),
        "spent_before_cents": survivor.spent_before_cents + gone.spent_before_cents,
        "version": survivor.version + 1,
    }
    moves.change(survivor, **values)
    names = {
        name: getattr(gone.reader, name)
        for name in OF_READER
        if getattr(gone.reader, name) and (name in chosen or not getattr(survivor.reader, name))
    }
    moves.change(survivor.reader, **names)
    if gone.notes:
        note = Note(patient=survivor, text=gone.notes, by=gone.ref)
        note.save()
        moves.made(note)


def _stricter_status(ours: str, theirs: str) -> str:
    for status in (PatientStatus.DECEASED, PatientStatus.DISMISSED):
        if status in {ours, theirs}:
            return status
    return ours


def _join_readers(ours: Reader, theirs: Reader, moves: Moves) -> None:
    """Let the stricter wishes stand, and leave of the second reader what carries its lines of the ledger."""
    pauses: list[date] = [day for day in (ours.paused_until, theirs.paused_until) if day is not None]
    moves.change(
        ours,
        paused_until=max(pauses, default=None),
        at_most=AtMost(strict) if (strict := _stricter_limit(ours, theirs)) else "",
        is_discreet=ours.is_discreet or theirs.is_discreet,
    )
    moves.change(
        theirs, kind=ReaderKind.FORMER, merged_into_id=ours.pk, given_name="", family_name="", paused_until=None
    )


def _stricter_limit(ours: Reader, theirs: Reader) -> str:
    return min(ours.at_most, theirs.at_most, key=STRICTEST_FIRST.index)


def _follow(survivor: Patient, moves: Moves) -> None:
    """Write last visit, interval and spend anew, and keep what they were."""
    before = {name: getattr(survivor, name) for name in facts.FACTS}
    facts.refresh([survivor.pk])
    survivor.refresh_from_db(fields=list(facts.FACTS))
    moves.changed(survivor, before)


def _stricter(ours: Reader, theirs: Reader, by: User) -> None:
    """Write the stricter answer of two as the one that stands: a no is never lost, a yes fills what nobody asked."""
    standing = {(line.channel, line.purpose): line for line in Consent.objects.standing().filter(reader=ours)}
    for line in Consent.objects.standing().filter(reader=theirs):
        stands = standing.get((line.channel, line.purpose))
        if stands is None or (stands.is_given and not line.is_given):
            _answer(ours, line, AT_MERGE, by, before=stands.pk if stands else None)
        elif stands.is_given and stands.basis == Basis.MAY_OBJECT and line.basis == Basis.AGREED:
            _answer(ours, line, AT_MERGE, by, before=stands.pk)


def _answers_back(reader: Reader, merge: Merge, by: User) -> None:
    """Let the answers from before the merge stand again, where nobody answered anew since."""
    for line in Consent.objects.standing().filter(reader=reader, source=AT_MERGE):
        if line.evidence.get("of") != merge.gone_reader.ref:
            continue
        before = Consent.objects.filter(pk=line.evidence.get("before")).first()
        if before is None:
            Consent.objects.filter(pk=line.pk).update(superseded_at=timezone.now())
        else:
            _answer(reader, before, AT_UNMERGE, by, before=before.pk)


def _answer(reader: Reader, like: Consent, source: str, by: User, *, before: int | None) -> None:
    now = timezone.now()
    same = {"reader": reader, "channel": like.channel, "purpose": like.purpose}
    Consent.objects.standing().filter(**same).update(superseded_at=now)
    Consent.objects.create(
        **same,
        is_given=like.is_given,
        basis=like.basis,
        wording_version=like.wording_version,
        source=source,
        evidence={"of": like.reader.ref, "before": before},
        at=now,
    )
    verb = "consent.given" if like.is_given else "consent.withdrawn"
    record(verb, subject=reader, by=by, about=reader.patient, channel=like.channel, purpose=like.purpose, source=source)

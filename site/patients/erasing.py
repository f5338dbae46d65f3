"""A record erased as far as the law allows: what goes, what stays and why is said before; what stays goes later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from journal.recording import Named, record
from patients import actions, records
from patients.editing import Refused, locked
from patients.importing.barring import barred_hash
from patients.models import (
    Appointment,
    AppointmentStatus,
    Channel,
    ContactPoint,
    Erasure,
    ImportBarred,
    Merge,
    Patient,
    PatientStatus,
    Procedure,
    Retention,
    SuppressionReason,
)
from patients.records import Kept, Part, Person
from practice import clocks
from practice.models import Location

PROOF = "45 CFR 164.316(b)(2)(i), 164.530(j)"
WRITTEN_TO = (Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True)
class Fate:
    """What becomes of one part: whether it goes now, and why it stays where it does."""

    name: str | Promise
    count: int
    goes: bool
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What an erasure would do: the fate of each part, and until when the law keeps the rest; None where it does not.

    `missing` names a state of which nobody entered how long records are kept: nothing can be erased before.
    """

    fates: list[Fate]
    kept_until: date | None
    missing: str = ""

    @property
    def goes(self) -> list[Fate]:
        """Return what goes."""
        return [fate for fate in self.fates if fate.goes]

    @property
    def stays(self) -> list[Fate]:
        """Return what stays."""
        return [fate for fate in self.fates if not fate.goes]


def plan(patient: Patient) -> Plan:
    """Return what an erasure would do now; nothing is written."""
    last_seen, rule, state = _last_seen(patient), *_rule(patient)
    if last_seen is not None and rule is None:
        return Plan([], None, missing=state or _("no state"))
    ends = rule.ends_on(last_seen=last_seen, born=patient.born_on) if rule and last_seen else None
    kept_until = ends if ends is not None and ends > clocks.today() else None
    because = ""
    if kept_until is not None and rule is not None:
        day = date_format(kept_until, "M j, Y")
        because = _("Kept until %(day)s: %(law)s") % {"day": day, "law": rule.citation}
    parts = [part for part in _parts(Person.of(patient)) if part.count]
    return Plan([_fate(part, because) for part in parts], kept_until)


@transaction.atomic
def erase(*, patient: Patient, reason: str, by: User, version: int | None = None) -> Erasure:
    """Erase a record as far as the law allows; what must stay goes by itself when its time is over.

    Addresses are never written to again: their keyed hashes stay. A later file does not bring the record back.

    Args:
        patient: whose record.
        reason: one of Erasure.Reason.
        by: who erases.
        version: of the record that was seen.

    Raises:
        Stale: when somebody changed the record meanwhile.
        Refused: when nobody entered how long the state has records kept, or it was erased already.
    """
    patient = locked(patient, version)
    planned = plan(patient)
    if planned.missing or Erasure.objects.filter(patient=patient, finished_at__isnull=True).exists():
        raise Refused("missing" if planned.missing else "again")
    _stop_writing(patient, by)
    _bar(patient)
    erasure = Erasure(
        patient=patient, patient_ref=patient.ref, reason=reason, by=f"user:{by.ref}", kept_until=planned.kept_until
    )
    if planned.kept_until is None:
        erasure.finished_at = timezone.now()
    erasure.save()
    stays = bool(planned.kept_until)
    if stays:
        patient.status, patient.version = _at_rest(patient), patient.version + 1
        patient.source = ""
        patient.save(update_fields=["status", "version", "source"])
    record(
        "patient.erased",
        subject=patient,
        by=by,
        about=patient,
        reason=reason,
        erasure=erasure.ref,
        until=planned.kept_until.isoformat() if planned.kept_until else "",
    )
    _carry_out(Person.of(patient), only_free=stays)
    return erasure


def finish_due(*, most: int = 200, by: Named | str | None = None) -> int:
    """Erase the rest of records whose time is over; return how many, each in a transaction of its own."""
    due = Erasure.objects.filter(finished_at__isnull=True, kept_until__lte=clocks.today())
    return sum(_finish(pk, by) for pk in list(due.order_by("kept_until").values_list("pk", flat=True)[:most]))


@transaction.atomic
def _finish(pk: int, by: Named | str | None) -> int:
    erasure = Erasure.objects.select_for_update(of=("self",)).filter(pk=pk, finished_at__isnull=True).first()
    if erasure is None:
        return 0
    if erasure.patient is not None:
        ends = plan(erasure.patient).kept_until
        if ends is not None:  # seen again since: the law's time runs from then
            erasure.kept_until = ends
            erasure.save(update_fields=["kept_until"])
            return 0
        patient = erasure.patient
        record("patient.erased", subject=patient, by=by, about=patient, reason="over", erasure=erasure.ref, until="")
        _carry_out(Person.of(patient), only_free=False)
    Erasure.objects.filter(pk=pk).update(finished_at=timezone.now())
    return 1


def _parts(person: Person) -> list[Part]:
    """Return every part, the higher rooms' first: the person themselves goes last."""
    return [part for one in reversed(records.keepers()) for part in one.erase(person)]


def _carry_out(person: Person, *, only_free: bool) -> None:
    for part in _in_order(_parts(person)):
        if part.count and (part.kept is Kept.GOES or (part.kept is Kept.RECORD and not only_free)):
            part.erase()


def _in_order(parts: list[Part]) -> list[Part]:
    """Return parts such that whatever others point to goes after them."""
    return sorted(parts, key=lambda part: part.is_last)


def _fate(part: Part, because: str) -> Fate:
    if part.kept is Kept.PROOF:
        return Fate(part.name, part.count, goes=False, why=_("Proof that names nobody: %(law)s") % {"law": PROOF})
    if part.kept is Kept.RECORD and because:
        return Fate(part.name, part.count, goes=False, why=because)
    return Fate(part.name, part.count, goes=True)


def _last_seen(patient: Patient) -> date | None:
    """Return the day of the last visit or procedure; None where there never was one."""
    kept = Appointment.objects.filter(patient=patient, status=AppointmentStatus.KEPT).order_by("-starts_at").first()
    done = Procedure.objects.filter(patient=patient).order_by("-done_on").first()
    days = [patient.last_seen_on, done.done_on if done else None]
    days.append(kept.starts_at.astimezone(clocks.zone()).date() if kept else None)
    return max((day for day in days if day is not None), default=None)


def _rule(patient: Patient) -> tuple[Retention | None, str]:
    location = patient.location or Location.objects.first()
    state = location.state if location else ""
    return Retention.objects.filter(state=state).first(), state


def _stop_writing(patient: Patient, by: User) -> None:
    """Keep the hash of each address that nobody else has, so that it is never written to."""
    for point in ContactPoint.objects.filter(reader__in=Person.of(patient).readers, channel__in=WRITTEN_TO):
        others = ContactPoint.objects.filter(channel=point.channel, address_hash=point.address_hash)
        if not others.exclude(reader=point.reader).exists():
            actions.suppress(channel=point.channel, address=point.address, reason=SuppressionReason.STAFF, by=by)


def _bar(patient: Patient) -> None:
    """Keep the hash of each number under which an older system has them."""
    merges = Merge.objects.filter(survivor=patient, undone_at__isnull=True)
    numbers = {patient.external_id, *merges.values_list("gone_external_id", flat=True)} - {None, ""}
    for number in numbers:
        ImportBarred.objects.get_or_create(number_hash=barred_hash(str(number)))


def _at_rest(patient: Patient) -> str:
    is_active = patient.status == PatientStatus.ACTIVE
    return PatientStatus.INACTIVE if is_active else patient.status

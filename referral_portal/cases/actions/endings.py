"""The other ends of a case, and the ways back: cancel, cannot be reached, redirect, merge, reopen, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import SYSTEM, name_of
from practice.models import Provider, Service
from referral_portal.cases import clocks
from referral_portal.cases.actions.ground import (
    begin,
    enter,
    is_done_already,
    lock,
    need,
    tell,
    wait_for,
)
from referral_portal.cases.actions.settling import settle_booked
from referral_portal.cases.choices import DeclineReason
from referral_portal.cases.models import Case
from referral_portal.cases.states import OPEN, Action, Awaiting, CaseState, VisitState

if TYPE_CHECKING:
    from accounts.models import User

UNREACHABLE_AFTER = 3


@transaction.atomic
def request_cancel(*, case: Case, reason: str, by: User, version: int | None = None) -> Case:
    """Ask to cancel; a case that nobody acknowledged yet is cancelled at once."""
    need({"reason": reason.strip()})
    case = lock(case)
    if is_done_already(case, CaseState.CANCEL_REQUESTED, by) or is_done_already(case, CaseState.CANCELLED, by):
        return case
    target = begin(case, Action.REQUEST_CANCEL, by=by, version=version).target
    case.end_reason = reason.strip()
    enter(case, target, by=by, fields=("end_reason", *wait_for(case, Awaiting.NOBODY)))
    tell(case, Action.REQUEST_CANCEL, by=by, at_once=target is CaseState.CANCELLED)
    return case


@transaction.atomic
def confirm_cancel(*, case: Case, by: User, version: int | None = None) -> Case:
    """Cancel as the office or the patient asked; visits still booked are cancelled too."""
    case = lock(case)
    if is_done_already(case, CaseState.CANCELLED, by):
        return case
    begin(case, Action.CONFIRM_CANCEL, by=by, version=version)
    settle_booked(case, VisitState.CANCELLED, by=by)
    enter(case, CaseState.CANCELLED, by=by)
    tell(case, Action.CONFIRM_CANCEL, by=by)
    return case


@transaction.atomic
def continue_case(*, case: Case, by: User, version: int | None = None) -> Case:
    """Continue after all, though somebody asked to cancel."""
    case = lock(case)
    if is_done_already(case, CaseState.ACCEPTED, by):
        return case
    begin(case, Action.CONTINUE, by=by, version=version)
    enter(case, CaseState.ACCEPTED, by=by)
    tell(case, Action.CONTINUE, by=by)
    return case


@transaction.atomic
def mark_unreachable(*, case: Case, by: User | None, version: int | None = None) -> Case:
    """Say that the patient cannot be reached; the office is asked to help.

    Raises:
        ValidationError: with fewer than three logged attempts.
    """
    case = lock(case)
    if is_done_already(case, CaseState.UNREACHABLE, by):
        return case
    begin(case, Action.MARK_UNREACHABLE, by=by, version=version)
    attempts = case.calls.count()
    if attempts < UNREACHABLE_AFTER:
        raise ValidationError(
            {"attempts": _("Log at least three attempts first; there are %(count)s.") % {"count": attempts}}
        )
    enter(case, CaseState.UNREACHABLE, by=by, fields=wait_for(case, Awaiting.OFFICE))
    tell(case, Action.MARK_UNREACHABLE, by=by, attempts=attempts)
    return case


@transaction.atomic
def found(*, case: Case, by: User, version: int | None = None) -> Case:
    """Say that the patient was reached after all."""
    case = lock(case)
    if is_done_already(case, CaseState.ACCEPTED, by):
        return case
    begin(case, Action.FOUND, by=by, version=version)
    enter(case, CaseState.ACCEPTED, by=by, fields=wait_for(case, Awaiting.NOBODY))
    tell(case, Action.FOUND, by=by)
    return case


@transaction.atomic
def redirect(
    *, case: Case, service: Service, by: User, provider: Provider | None = None, version: int | None = None
) -> Case:
    """Send the case to another service here: a new case takes over, this one is declined as redirected.

    Returns:
        The new case, submitted; files stay with the one they came with and are seen through it.
    """
    case = lock(case)
    standing = case.parts.filter(service=service, submitted_by=name_of(by)).first()
    if standing is not None and case.decline_reason == DeclineReason.REDIRECTED:
        return standing
    begin(case, Action.REDIRECT, by=by, version=version)
    if service.pk == case.service_id:
        raise ValidationError({"service": _("Choose another service.")})
    new = _copy(case, service=service, provider=provider, by=by)
    case.decline_reason = DeclineReason.REDIRECTED
    settle_booked(case, VisitState.CANCELLED, by=by)
    enter(case, CaseState.DECLINED, by=by, fields=("decline_reason", *wait_for(case, Awaiting.NOBODY)))
    tell(case, Action.REDIRECT, by=by, to=new.ref)
    return new


def _copy(case: Case, *, service: Service, provider: Provider | None, by: User) -> Case:
    given = {
        name: getattr(case, name)
        for name in (
            *("given_name", "family_name", "born", "phone", "email", "responsible_adult", "plan", "member_id"),
            *("alerts", "remark", "office", "referring_doctor", "author", "came_by", "location", "patient"),
            *("urgency", "reason", "tooth_set", "teeth", "language", "consent_at", "consent_by"),
        )
    }
    moment = clocks.now()
    new = Case(
        **given,
        part_of=case,
        service=service,
        provider=provider,
        status=CaseState.SUBMITTED,
        submitted_at=moment,
        submitted_by=name_of(by),
        acknowledge_by=clocks.acknowledge_by(case.urgency, case.location, moment),
        created_at=moment,
        changed_at=moment,
    )
    new.save()
    tell(new, Action.SUBMIT, by=by, urgency=new.urgency, came_by=new.came_by, files=0, part_of=case.ref)
    return new


@transaction.atomic
def merge(*, case: Case, survivor: Case, by: User, version: int | None = None) -> Case:
    """Let `survivor` take over: both cases are the same patient and the same wish.

    Raises:
        ValidationError: when the survivor is this case, of another office, or not open.
    """
    first, second = sorted([case.pk, survivor.pk])
    rows = {row.pk: row for row in [lock(Case(pk=first)), lock(Case(pk=second))]}
    case, survivor = rows[case.pk], rows[survivor.pk]
    if is_done_already(case, CaseState.MERGED, by) and case.survivor_id == survivor.pk:
        return case
    begin(case, Action.MERGE, by=by, version=version)
    if survivor.pk == case.pk or survivor.office_id != case.office_id or survivor.state not in OPEN:
        raise ValidationError({"survivor": _("Choose another open referral of the same office.")})
    case.survivor = survivor
    settle_booked(case, VisitState.CANCELLED, by=by)
    enter(case, CaseState.MERGED, by=by, fields=("survivor", *wait_for(case, Awaiting.NOBODY)))
    tell(case, Action.MERGE, by=by, into=survivor.ref)
    return case


@transaction.atomic
def reopen(*, case: Case, reason: str, by: User, version: int | None = None) -> Case:
    """Open a case again that had ended; what had ended it is in the journal."""
    need({"reason": reason.strip()})
    case = lock(case)
    if is_done_already(case, CaseState.ACCEPTED, by):
        return case
    before = case.status
    begin(case, Action.REOPEN, by=by, version=version)
    case.end_reason = reason.strip()
    case.ending, case.ending_note, case.closed_how, case.decline_reason = "", "", "", ""
    fields = ["end_reason", "ending", "ending_note", "closed_how", "decline_reason", *wait_for(case, Awaiting.NOBODY)]
    for stamp in ("declined", "cancelled", "unreachable", "completed", "closed"):
        setattr(case, f"{stamp}_at", None)
        setattr(case, f"{stamp}_by", "")
        fields += [f"{stamp}_at", f"{stamp}_by"]
    if case.received_at is None:
        case.received_at, case.received_by = clocks.now(), name_of(by)
        fields += ["received_at", "received_by"]
    enter(case, CaseState.ACCEPTED, by=by, fields=tuple(fields))
    tell(case, Action.REOPEN, by=by, before=before)
    return case


@transaction.atomic
def withdraw(*, case: Case, reason: str, by: User, version: int | None = None) -> Case:
    """Take a case back as sent by mistake; it leaves every list."""
    need({"reason": reason.strip()})
    case = lock(case)
    if case.state is CaseState.ENTERED_IN_ERROR and case.ended_by == (name_of(by) or SYSTEM):
        return case
    begin(case, Action.WITHDRAW, by=by, version=version)
    case.end_reason = reason.strip()
    settle_booked(case, VisitState.CANCELLED, by=by)
    enter(case, CaseState.ENTERED_IN_ERROR, by=by, fields=("end_reason", *wait_for(case, Awaiting.NOBODY)))
    tell(case, Action.WITHDRAW, by=by)
    return case

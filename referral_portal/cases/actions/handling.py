"""Handling a case here: acknowledge, assign, accept, decline, call, write, see a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from journal.recording import name_of
from patients.models import Patient
from practice.models import Provider, StaffMember
from referral_portal.cases import clocks
from referral_portal.cases.actions.ground import (
    DOUBLE_CLICK,
    allow,
    begin,
    enter,
    is_done_already,
    lock,
    need,
    receive,
    save,
    take_on,
    tell,
    wait_for,
)
from referral_portal.cases.actions.settling import settle_booked
from referral_portal.cases.choices import SPOKEN, CallOutcome
from referral_portal.cases.models import Case, CaseCall, CaseMessage
from referral_portal.cases.policy import is_handler, may_be_written_to
from referral_portal.cases.states import Action, Awaiting, CaseState, VisitState

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def acknowledge(*, case: Case, by: User, version: int | None = None) -> Case:
    """Say that we have it: who and when."""
    case = lock(case)
    if is_done_already(case, CaseState.RECEIVED, by):
        return case
    begin(case, Action.ACKNOWLEDGE, by=by, version=version)
    receive(case, by=by)
    return case


@transaction.atomic
def assign(*, case: Case, assignee: StaffMember, by: User, version: int | None = None) -> Case:
    """Give the case to somebody, who owns its next step from now on."""
    case = lock(case)
    allow(case, Action.ASSIGN, by=by)
    if case.assignee_id == assignee.pk:
        return case
    begin(case, Action.ASSIGN, by=by, version=version)
    case.assignee = assignee
    save(case, "assignee")
    tell(case, Action.ASSIGN, by=by, assignee=assignee.ref)
    return case


@transaction.atomic
def accept(
    *,
    case: Case,
    by: User,
    provider: Provider | None = None,
    assignee: StaffMember | None = None,
    patient: Patient | None = None,
    version: int | None = None,
) -> Case:
    """Take the patient on.

    Args:
        case: submitted or received.
        by: who may triage; anyone who handles cases where the service is not triaged.
        provider: who will treat; the one asked for by default.
        assignee: who looks after the case; whoever acknowledged it by default.
        patient: our own patient whom the person was matched with; the office never learns of it.
    """
    case = lock(case)
    if is_done_already(case, CaseState.ACCEPTED, by):
        return case
    begin(case, Action.ACCEPT, by=by, version=version)
    if patient is not None:
        case.patient = patient
        case.save(update_fields=["patient"])
    take_on(case, by=by, provider=provider, assignee=assignee)
    return case


@transaction.atomic
def decline(*, case: Case, reason: str, advice: str, alternative: str, by: User, version: int | None = None) -> Case:
    """Say no, with what the office can do now.

    Args:
        reason: a value of DeclineReason.
        advice: what to do until somebody else sees the patient.
        alternative: where the patient could go.
    """
    case = lock(case)
    if is_done_already(case, CaseState.DECLINED, by):
        return case
    begin(case, Action.DECLINE, by=by, version=version)
    need({"reason": reason, "advice": advice, "alternative": alternative})
    case.decline_reason, case.decline_advice, case.decline_alternative = reason, advice, alternative
    turn = wait_for(case, Awaiting.NOBODY)
    fields = ("decline_reason", "decline_advice", "decline_alternative", *turn)
    enter(case, CaseState.DECLINED, by=by, fields=fields)
    settle_booked(case, VisitState.CANCELLED, by=by)
    tell(case, Action.DECLINE, by=by, reason=reason)
    return case


@transaction.atomic
def log_call(*, case: Case, outcome: str, by: User, note: str = "", version: int | None = None) -> CaseCall:
    """Note an attempt to reach the patient; the first one moves the stage.

    Args:
        outcome: a value of CallOutcome.
        note: stays inside the practice.

    A voicemail or a text leaves the turn with the patient, a wrong number with the office.
    """
    need({"outcome": outcome})
    case = lock(case)
    standing = case.calls.filter(by=name_of(by), outcome=outcome, at__gte=clocks.now() - DOUBLE_CLICK).first()
    if standing is not None and standing.note == note:
        return standing
    begin(case, Action.LOG_CALL, by=by, version=version)
    call = CaseCall.objects.create(case=case, outcome=outcome, note=note, at=clocks.now(), by=name_of(by))
    changed: tuple[str, ...] = ()
    if case.called_at is None:
        case.called_at, case.called_by = clocks.now(), name_of(by)
        changed = ("called_at", "called_by")
    if outcome in SPOKEN:
        turn = Awaiting.NOBODY
    elif outcome == CallOutcome.WRONG_NUMBER:
        turn = Awaiting.OFFICE
    else:
        turn = Awaiting.PATIENT
    save(case, *changed, *wait_for(case, turn))
    tell(case, Action.LOG_CALL, by=by, outcome=outcome)
    return call


@transaction.atomic
def write(*, case: Case, text: str, by: User, asks: bool = False, version: int | None = None) -> CaseMessage:
    """Write to the other side.

    Args:
        text: kept sealed.
        asks: staff ask something; the office owes the answer and our clock rests. The office's next message answers.
    """
    need({"text": text.strip()})
    case = lock(case)
    if standing := _said_just_now(case, text, by, is_internal=False):
        return standing
    from_staff = is_handler(by)
    asks = asks and from_staff
    if asks:
        action = Action.ASK
    elif not from_staff and case.awaiting == Awaiting.OFFICE and may_be_written_to(case):
        action = Action.REPLY
    else:
        action = Action.WRITE
    begin(case, action, by=by, version=version)
    side = CaseMessage.Side.STAFF if from_staff else CaseMessage.Side.OFFICE
    message = CaseMessage.objects.create(
        case=case, side=side, text=text.strip(), is_question=asks, at=clocks.now(), by=name_of(by)
    )
    changed: tuple[str, ...] = ()
    if asks:
        changed = wait_for(case, Awaiting.OFFICE)
    elif action is Action.REPLY:
        changed = wait_for(case, Awaiting.STAFF)
    elif from_staff and case.awaiting == Awaiting.STAFF:
        changed = wait_for(case, Awaiting.NOBODY)
    if not from_staff and not case.needs_review:
        case.needs_review = True
        changed += ("needs_review",)
    elif from_staff and case.needs_review:
        case.needs_review = False
        changed += ("needs_review",)
    save(case, *changed)
    tell(case, action, by=by, message=str(message.pk), side=str(side))
    return message


@transaction.atomic
def note(*, case: Case, text: str, by: User) -> CaseMessage:
    """Keep a note inside the practice; the office never sees it."""
    need({"text": text.strip()})
    case = lock(case)
    if standing := _said_just_now(case, text, by, is_internal=True):
        return standing
    begin(case, Action.NOTE, by=by)
    message = CaseMessage.objects.create(
        case=case, side=CaseMessage.Side.STAFF, text=text.strip(), is_internal=True, at=clocks.now(), by=name_of(by)
    )
    tell(case, Action.NOTE, by=by, message=str(message.pk))
    return message


@transaction.atomic
def see_correction(*, case: Case, by: User, version: int | None = None) -> Case:
    """Confirm that every correction was seen; until then nothing is booked, moved or kept."""
    case = lock(case)
    if not case.correction_unseen and case.corrections.filter(seen_by=name_of(by)).exists():
        return case
    begin(case, Action.SEE_CORRECTION, by=by, version=version)
    case.corrections.filter(seen_at__isnull=True).update(seen_at=clocks.now(), seen_by=name_of(by))
    case.correction_unseen = False
    save(case, "correction_unseen")
    tell(case, Action.SEE_CORRECTION, by=by)
    return case


def _said_just_now(case: Case, text: str, by: User, *, is_internal: bool) -> CaseMessage | None:
    """Return this person's message of the last minute that says the same: a double click."""
    recent = case.messages.filter(by=name_of(by), is_internal=is_internal, at__gte=clocks.now() - DOUBLE_CLICK)
    return next((message for message in recent if message.text == text.strip()), None)

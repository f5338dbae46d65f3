"""What every action on a case stands on: the lock, the policy, the stamps, the record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.recording import SYSTEM, name_of, record
from practice.models import Provider, StaffMember
from referral_portal.cases import clocks, policy
from referral_portal.cases.models import Case
from referral_portal.cases.states import STATES, Action, CaseState, Step

if TYPE_CHECKING:
    from accounts.models import User

DOUBLE_CLICK = timedelta(seconds=60)

VERBS: dict[Action, str] = {
    Action.SUBMIT: "case.submitted",
    Action.ACKNOWLEDGE: "case.acknowledged",
    Action.ASSIGN: "case.assigned",
    Action.ACCEPT: "case.accepted",
    Action.DECLINE: "case.declined",
    Action.ASK: "case.asked",
    Action.REPLY: "case.replied",
    Action.WRITE: "case.written",
    Action.NOTE: "case.noted",
    Action.CORRECT: "case.corrected",
    Action.SEE_CORRECTION: "case.correction_seen",
    Action.ADD_FILE: "case.file_added",
    Action.LOG_CALL: "case.called",
    Action.BOOK: "case.booked",
    Action.MOVE: "case.moved",
    Action.KEEP: "case.kept",
    Action.MISS: "case.missed",
    Action.CANCEL_VISIT: "case.visit_cancelled",
    Action.REPORT_INTERIM: "case.interim_reported",
    Action.COMPLETE: "case.completed",
    Action.AMEND_REPORT: "case.report_amended",
    Action.CONFIRM_RECEIPT: "case.receipt_confirmed",
    Action.LAPSE: "case.receipt_lapsed",
    Action.REQUEST_CANCEL: "case.cancel_requested",
    Action.CONFIRM_CANCEL: "case.cancelled",
    Action.CONTINUE: "case.continued",
    Action.MARK_UNREACHABLE: "case.marked_unreachable",
    Action.FOUND: "case.found",
    Action.REDIRECT: "case.redirected",
    Action.MERGE: "case.merged",
    Action.REOPEN: "case.reopened",
    Action.WITHDRAW: "case.withdrawn",
}


class CaseConflict(Exception):
    """What somebody wanted to do does not fit what the case has become; the page shows what is new.

    Attributes:
        case: as it stands now.
        seen: the version that the person had before their eyes, or None.
        reason: one word: stale, too_late, correction_unseen, nothing_asked, nothing_to_see, settled.
    """

    def __init__(self, case: Case, *, reason: str, seen: int | None = None) -> None:
        super().__init__(reason)
        self.case, self.reason, self.seen = case, reason, seen

    def news(self) -> list[Entry]:
        """Return what happened since that version, oldest first; the newest entry where no version is known."""
        entries = list(Entry.objects.of(name_of(self.case)).changes()[:20])
        if self.seen is None:
            return entries[:1]
        return [entry for entry in reversed(entries) if int(entry.particulars.get("version", 0)) > self.seen]


class StaleCase(CaseConflict):
    """The case changed since the person opened it."""

    def __init__(self, case: Case, *, seen: int) -> None:
        super().__init__(case, reason="stale", seen=seen)


def lock(case: Case) -> Case:
    """Return the case with its row locked until the transaction ends, and what policies ask about it."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("office", "service", "location", "patient__reader", "provider", "assignee")
        .get(pk=case.pk)
    )


def is_done_already(case: Case, target: CaseState, by: User | None) -> bool:
    """Return whether this person brought the case into `target` already: a double click."""
    stamp = STATES[target].stamp
    return case.state is target and bool(stamp) and getattr(case, f"{stamp}_by") == (name_of(by) or SYSTEM)


def allow(case: Case, action: Action, *, by: User | None) -> Step | None:
    """Refuse who may not do `action` while others may, before a repeated click is answered.

    Returns:
        The step; None where nobody may do it in this state.

    Raises:
        PermissionDenied: when the state allows the action, but not to this person.
    """
    found = policy.step_for(action, case, by)
    if found is None and policy.is_possible_for_anybody(action, case):
        raise PermissionDenied
    return found


def begin(case: Case, action: Action, *, by: User | None, version: int | None = None) -> Step:
    """Check version, policy and state of a locked case; do the implied acts, each with its own entry.

    Returns:
        The step, whose target the caller writes with `enter`.

    Raises:
        StaleCase: when `version` is not the case's own.
        PermissionDenied: when the state allows the action, but not to this person.
        CaseConflict: when nobody may do it in this state, or a flag holds it back.
    """
    found = allow(case, action, by=by)
    if version is not None and version != case.version:
        raise StaleCase(case, seen=version)
    if found is None:
        raise CaseConflict(case, reason="too_late", seen=version)
    if held := policy.hindrance(action, case):
        raise CaseConflict(case, reason=held, seen=version)
    for act in found.implied:
        if act is Action.ACKNOWLEDGE:
            receive(case, by=by)
        else:
            take_on(case, by=by, provider=None, assignee=None)
    return found


def receive(case: Case, *, by: User | None) -> None:
    """Enter `received`: somebody here has seen it, and owns it where nobody did."""
    if case.assignee_id is None:
        case.assignee = staff_member_of(by)
    enter(case, CaseState.RECEIVED, by=by, fields=("assignee",))
    tell(case, Action.ACKNOWLEDGE, by=by)


def take_on(case: Case, *, by: User | None, provider: Provider | None, assignee: StaffMember | None) -> None:
    """Enter `accepted`, with somebody who treats or somebody who looks after it."""
    case.provider = provider or case.provider
    case.assignee = assignee or case.assignee or staff_member_of(by)
    if case.provider is None and case.assignee is None:
        raise ValidationError({"assignee": _("Choose who treats the patient or who looks after the referral.")})
    enter(case, CaseState.ACCEPTED, by=by, fields=("provider", "assignee"))
    tell(case, Action.ACCEPT, by=by)


def enter(case: Case, state: CaseState, *, by: User | None, fields: tuple[str, ...] = ()) -> None:
    """Write a state with its stamp; a new version, so that whoever looks at the old one is told."""
    case.status = state
    stamp = STATES[state].stamp
    setattr(case, f"{stamp}_at", clocks.now())
    setattr(case, f"{stamp}_by", name_of(by) or SYSTEM)
    save(case, "status", f"{stamp}_at", f"{stamp}_by", *fields)


def save(case: Case, *fields: str) -> None:
    """Write some columns and a new version; sealed columns bring their blind indexes with them."""
    case.version += 1
    case.changed_at = clocks.now()
    indexes = [index for field in fields for index in Case.INDEXED_BY.get(field, ())]
    case.save(update_fields=list(dict.fromkeys([*fields, *indexes, "version", "changed_at"])))


def tell(case: Case, action: Action, *, by: User | None, **particulars: Any) -> Entry:
    """Record in the journal what was done, with the version that it made."""
    return record(
        VERBS[action],
        subject=case,
        by=by,
        about=case.journal_about or None,
        at=clocks.now(),
        version=case.version,
        **particulars,
    )


def staff_member_of(user: User | None) -> StaffMember | None:
    """Return who `user` is among our staff."""
    if user is None:
        return None
    return StaffMember.objects.filter(user=user).first()


def wait_for(case: Case, awaiting: str) -> tuple[str, ...]:
    """Set whose turn it is; a clock that rested while the office was asked goes on where it stopped.

    Returns:
        The columns that changed, for `save`.
    """
    if case.awaiting == awaiting:
        return ()
    if case.awaiting == "office" and case.awaiting_since and case.acknowledge_by:
        case.acknowledge_by += clocks.now() - case.awaiting_since
    case.awaiting = awaiting
    case.awaiting_since = clocks.now() if awaiting else None
    return ("awaiting", "awaiting_since", "acknowledge_by")


def need(values: dict[str, Any]) -> None:
    """Refuse where something that must be given is missing.

    Raises:
        ValidationError: naming each empty field.
    """
    empty = {name: _("Please fill this in.") for name, value in values.items() if not value}
    if empty:
        raise ValidationError(empty)

"""What becomes of booked visits when the case itself comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.recording import SYSTEM, name_of
from referral_portal.cases import clocks
from referral_portal.cases.actions.ground import tell
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import Action, VisitState

if TYPE_CHECKING:
    from accounts.models import User


def settle(visit: CaseAppointment, state: VisitState, *, by: User | None, fields: tuple[str, ...] = ()) -> None:
    """Write the end of a visit with its stamp."""
    visit.status = state
    visit.settled_at, visit.settled_by = clocks.now(), name_of(by) or SYSTEM
    visit.save(update_fields=["status", "settled_at", "settled_by", *fields])


def settle_booked(case: Case, future: VisitState, *, by: User | None, past: VisitState | None = None) -> None:
    """Settle every visit still booked, each with its own entry.

    Args:
        future: what becomes of those to come.
        past: what becomes of those whose time has passed; as `future` by default.
    """
    acts = {VisitState.CANCELLED: Action.CANCEL_VISIT, VisitState.KEPT: Action.KEEP}
    for visit in case.appointments.filter(status=VisitState.BOOKED):
        state = (past or future) if visit.starts_at <= clocks.now() else future
        settle(visit, state, by=by)
        tell(case, acts[state], by=by, visit=visit.ref)

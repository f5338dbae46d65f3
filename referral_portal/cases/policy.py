"""Who may do what with a case: pure predicates over the table of states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.roles import OFFICE as OFFICE_ROLES
from accounts.roles import STAFF as STAFF_ROLES
from accounts.roles import roles_of
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import (
    HANDLERS,
    OPEN,
    VISIT_MOVES,
    Action,
    Actor,
    Awaiting,
    CaseState,
    Step,
    VisitState,
    step,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

WAITS_FOR_CORRECTION = frozenset({Action.BOOK, Action.MOVE, Action.KEEP})
ENDS_THE_VISITS = frozenset(
    {Action.COMPLETE, Action.DECLINE, Action.CONFIRM_CANCEL, Action.REDIRECT, Action.MERGE, Action.WITHDRAW}
)
OF_A_VISIT = frozenset(action for action, (source, _target) in VISIT_MOVES.items() if source is not None)


def actors_of(user: User | AnonymousUser | None, case: Case) -> frozenset[Actor]:
    """Return in which capacities `user` stands before `case`; None is the system itself."""
    if user is None:
        return frozenset({Actor.SYSTEM})
    staff = {Actor(role.value) for role in roles_of(user) & STAFF_ROLES}
    office = {Actor(role.value) for role in roles_of(user, case.office.scope) & OFFICE_ROLES}
    actors = staff | office
    if actors and case.author_id is not None and case.author_id == user.pk:
        actors.add(Actor.AUTHOR)
    if case.patient is not None and user.pk is not None and case.patient.reader.user_id == user.pk:
        actors.add(Actor.PATIENT)
    return frozenset(actors)


def is_handler(user: User | AnonymousUser | None) -> bool:
    """Return whether `user` handles cases on the practice's side."""
    return user is not None and bool({role.value for role in roles_of(user)} & {str(actor) for actor in HANDLERS})


def step_for(action: Action, case: Case, user: User | AnonymousUser | None) -> Step | None:
    """Return what `action` by `user` would do, or None where the table does not allow it."""
    return step(action, case.state, actors_of(user, case), triaged=case.service.triages)


def is_possible_for_anybody(action: Action, case: Case) -> bool:
    """Return whether the state of the case lets anybody do `action`: tells "too late" from "not you"."""
    return step(action, case.state, frozenset(Actor), triaged=case.service.triages) is not None


def hindrance(action: Action, case: Case) -> str:
    """Return why a flag holds `action` back, in one word, or "": correction_unseen, nothing_asked, nothing_to_see."""
    if case.correction_unseen and action in WAITS_FOR_CORRECTION:
        return "correction_unseen"
    if action is Action.SEE_CORRECTION and not case.correction_unseen:
        return "nothing_to_see"
    if action is Action.REPLY and case.awaiting != Awaiting.OFFICE:
        return "nothing_asked"
    return ""


def allowed_actions(case: Case, user: User | AnonymousUser | None) -> list[Action]:
    """Return what `user` may do with `case` now: the buttons, and the API's answer; never cached."""
    booked = [visit for visit in case.appointments.all() if visit.status == VisitState.BOOKED]
    return [
        action
        for action in Action
        if step_for(action, case, user) is not None
        and not hindrance(action, case)
        and (booked or action not in OF_A_VISIT)
    ]


def may_see(user: User | AnonymousUser, case: Case) -> bool:
    """Return whether `user` may open `case`: its office's people, and those who handle cases; drafts stay inside."""
    actors = actors_of(user, case)
    if actors & HANDLERS or Actor.PRIVACY_OFFICER in actors:
        return case.state is not CaseState.DRAFT or Actor.AUTHOR in actors
    return bool(actors & {Actor.OFFICE_MEMBER, Actor.OFFICE_ADMIN})


def visits_taken_along(action: Action, case: Case) -> list[CaseAppointment]:
    """Return the visits to come that `action` would cancel, so that it can be said before."""
    if action not in ENDS_THE_VISITS:
        return []
    now = timezone.now()
    return [visit for visit in case.appointments.all() if may_settle(visit) and visit.starts_at > now]


def may_settle(visit: CaseAppointment) -> bool:
    """Return whether a visit is still ahead in its own small life."""
    return visit.state is VisitState.BOOKED


def may_be_written_to(case: Case) -> bool:
    """Return whether the question of an open case may wait for an answer."""
    return case.state in OPEN

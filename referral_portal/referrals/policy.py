"""Who may do what with referrals, and whom the programme is for."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import Role, may, roles_of
from patients.models import Patient, Reader
from practice import clocks
from referral_portal.referrals import states
from referral_portal.referrals.models import Referral, ReferralProgram
from referral_portal.referrals.states import Action, Actor, ReferralState

GROWN_UP = 18
WRITERS = frozenset({Reader.Kind.PATIENT, Reader.Kind.HOUSEHOLD, Reader.Kind.SUBSCRIBER})
_ACTORS = {
    Role.COORDINATOR: Actor.COORDINATOR,
    Role.CLINICIAN: Actor.CLINICIAN,
    Role.LEAD: Actor.LEAD,
    Role.OWNER: Actor.OWNER,
}


class Refused(Exception):
    """An act that the table, the law or the programme does not allow; its text is for the person who tried."""


class Stale(Refused):
    """The referral changed since the page was drawn."""


def may_refer(reader: Reader) -> bool:
    """Return whether "tell a friend" is for this reader: somebody we write to, not under 18, alive, not dismissed."""
    if reader.kind not in WRITERS:
        return False
    patient = getattr(reader, "patient", None)
    if patient is None:
        return True
    if patient.status in {Patient.Status.DECEASED, Patient.Status.DISMISSED}:
        return False
    age = patient.age_on(clocks.today())
    return age is None or age >= GROWN_UP


def may_name(reader: Reader) -> bool:
    """Return whether this reader may give us a friend's name: only where the practice turned naming on."""
    return may_refer(reader) and ReferralProgram.current().naming_is_on


def actors_of(user: User | AnonymousUser) -> frozenset[Actor]:
    """Return in which capacities a member of staff acts on referrals."""
    if not may(user, "referrals.handle"):
        return frozenset()
    return frozenset(_ACTORS[role] for role in roles_of(user) if role in _ACTORS)


def may_thank(referral: Referral) -> bool:
    """Return whether a thank-you is owed: one that only the friend's act could explain needs the friend's leave."""
    return referral.thanks_due_at is not None and referral.thanked_at is None and referral.state != ReferralState.VOID


def step_for(action: Action, referral: Referral, user: User | AnonymousUser) -> states.Step | None:
    """Return what `action` by `user` would do, or None where the table does not allow it."""
    return states.step(action, ReferralState(referral.state), actors_of(user))


def is_possible_for_anybody(action: Action, referral: Referral) -> bool:
    """Return whether the state of the referral lets anybody do `action`: tells "too late" from "not you"."""
    return states.step(action, ReferralState(referral.state), frozenset(Actor)) is not None


def allowed_actions(referral: Referral, user: User | AnonymousUser) -> list[Action]:
    """Return what `user` may do with this referral now, in the table's order."""
    actors = actors_of(user)
    found = [action for action in Action if states.step(action, ReferralState(referral.state), actors)]
    return [action for action in found if action is not Action.THANK or may_thank(referral)]

"""What may follow what when a patient tells a friend: a table, pure, from which checks, buttons and tests are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ReferralState(StrEnum):
    """Where a referral stands. There is no "opened": robots open links."""

    CREATED = "created"
    NAMED = "named"
    INVITED = "invited"
    CONTACT_AGREED = "contact_agreed"
    CONTACTED = "contacted"
    BOOKED = "booked"
    ATTENDED = "attended"
    NO_ANSWER = "no_answer"
    OPTED_OUT = "opted_out"
    EXISTING_PATIENT = "existing_patient"
    EXPIRED = "expired"
    VOID = "void"


class Actor(StrEnum):
    """In which capacity somebody acts; guest is the friend, system is a rule with a clock."""

    PATIENT = "patient"
    GUEST = "guest"
    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    LEAD = "lead"
    OWNER = "owner"
    SYSTEM = "system"


class Action(StrEnum):
    """What somebody does; the same word in journal, button and address."""

    TELL = "tell"
    NAME = "name"
    AGREE = "agree"
    INVITE = "invite"
    LOG_CONTACT = "log_contact"
    BOOK = "book"
    ATTEND = "attend"
    GIVE_UP = "give_up"
    OPT_OUT = "opt_out"
    FIND_EXISTING = "find_existing"
    EXPIRE = "expire"
    VOID = "void"
    THANK = "thank"


S = ReferralState
HANDLERS = frozenset({Actor.COORDINATOR, Actor.CLINICIAN, Actor.LEAD, Actor.OWNER})
LEADS = frozenset({Actor.LEAD, Actor.OWNER})
ENDED = frozenset({S.ATTENDED, S.OPTED_OUT, S.EXISTING_PATIENT, S.EXPIRED, S.VOID})
OPEN = frozenset(S) - ENDED
WITH_A_FRIEND = frozenset({S.NAMED, S.INVITED, S.CONTACT_AGREED, S.CONTACTED, S.BOOKED, S.NO_ANSWER})
WAITING_FOR_A_CALL = frozenset({S.CONTACT_AGREED})
ERASED_WHEN_OLD = frozenset({S.CREATED, S.NAMED, S.INVITED, S.CONTACT_AGREED, S.CONTACTED, S.NO_ANSWER})
DAYS_KEPT = 90

LABELS: dict[ReferralState, str | Promise] = {
    S.CREATED: _("Told a friend"),
    S.NAMED: _("Friend named"),
    S.INVITED: _("Friend invited"),
    S.CONTACT_AGREED: _("Asked for a call"),
    S.CONTACTED: _("Spoken with"),
    S.BOOKED: _("Visit booked"),
    S.ATTENDED: _("Came to see us"),
    S.NO_ANSWER: _("No answer"),
    S.OPTED_OUT: _("Wants no contact"),
    S.EXISTING_PATIENT: _("Was a patient already"),
    S.EXPIRED: _("Erased after 90 days"),
    S.VOID: _("Void"),
}


@dataclass(frozen=True)
class Rule:
    """One line of the table. `target` None leaves the state as it is; no sources means it begins a referral."""

    action: Action
    sources: frozenset[ReferralState]
    target: ReferralState | None
    who: frozenset[Actor]
    gives: tuple[str, ...] = ()


RULES: tuple[Rule, ...] = (
    Rule(Action.TELL, frozenset(), S.CREATED, frozenset({Actor.PATIENT}) | HANDLERS),
    Rule(Action.NAME, frozenset(), S.NAMED, frozenset({Actor.PATIENT}), ("first name", "phone or e-mail", "consent")),
    Rule(Action.AGREE, frozenset(), S.CONTACT_AGREED, frozenset({Actor.GUEST}), ("consent", "18 or older")),
    Rule(
        Action.AGREE,
        frozenset({S.CREATED, S.NAMED, S.INVITED, S.NO_ANSWER}),
        S.CONTACT_AGREED,
        frozenset({Actor.GUEST}),
        ("consent", "18 or older"),
    ),
    Rule(Action.INVITE, frozenset({S.NAMED}), S.INVITED, HANDLERS, ("do-not-call check",)),
    Rule(Action.LOG_CONTACT, frozenset({S.CONTACT_AGREED, S.CONTACTED}), S.CONTACTED, HANDLERS, ("outcome",)),
    Rule(Action.BOOK, frozenset({S.CONTACTED, S.BOOKED}), S.BOOKED, HANDLERS, ("when",)),
    Rule(Action.ATTEND, frozenset({S.BOOKED}), S.ATTENDED, HANDLERS),
    Rule(Action.GIVE_UP, frozenset({S.INVITED, S.CONTACT_AGREED, S.CONTACTED}), S.NO_ANSWER, HANDLERS),
    Rule(Action.OPT_OUT, WITH_A_FRIEND, S.OPTED_OUT, HANDLERS),
    Rule(Action.FIND_EXISTING, WITH_A_FRIEND - {S.NO_ANSWER}, S.EXISTING_PATIENT, HANDLERS),
    Rule(Action.EXPIRE, ERASED_WHEN_OLD, S.EXPIRED, frozenset({Actor.SYSTEM})),
    Rule(Action.VOID, OPEN, S.VOID, LEADS, ("reason",)),
    Rule(Action.THANK, frozenset(S) - {S.VOID}, None, HANDLERS, ("how",)),
)
IMPLIED: tuple[tuple[ReferralState, Action], ...] = ((S.CONTACT_AGREED, Action.LOG_CONTACT),)
"""Whoever books has spoken with the friend: a later act implies this one."""


@dataclass(frozen=True)
class Step:
    """What an action would do: the acts it implies first, and the state in which it leaves the referral."""

    action: Action
    target: ReferralState
    implied: tuple[Action, ...] = ()


def rule_for(action: Action, state: ReferralState | None, actors: frozenset[Actor]) -> Rule | None:
    """Return the line by which one of `actors` may do `action`; `state` None asks for a beginning."""
    for rule in RULES:
        fits = not rule.sources if state is None else state in rule.sources
        if rule.action is action and fits and rule.who & actors:
            return rule
    return None


def step(action: Action, state: ReferralState | None, actors: frozenset[Actor]) -> Step | None:
    """Return what `action` would do, or None where it may not be done.

    Args:
        action: what somebody wants to do.
        state: where the referral stands; None before it exists.
        actors: in which capacities they act.
    """
    rule = rule_for(action, state, actors)
    if rule is not None:
        target = rule.target or state
        return Step(action, target) if target else None
    for here, missing in IMPLIED:
        bridge = rule_for(missing, here, actors) if state is here else None
        later = rule_for(action, bridge.target, actors) if bridge else None
        if later is not None and later.target is not None and missing is not action:
            return Step(action, later.target, (missing,))
    return None


def table() -> list[dict[str, Any]]:
    """Return every allowed (state, action, role) with the next state and the acts implied on the way."""
    rows: list[dict[str, Any]] = []
    places: list[ReferralState | None] = [None, *ReferralState]
    for state in places:
        for action in Action:
            for actor in Actor:
                found = step(action, state, frozenset({actor}))
                if found is not None:
                    rows.append(
                        {
                            "machine": "referral",
                            "state": str(state or ""),
                            "action": str(action),
                            "role": str(actor),
                            "next": str(found.target),
                            "implied": [str(act) for act in found.implied],
                        }
                    )
    return rows

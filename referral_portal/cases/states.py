"""What may follow what in the life of a case and of its visits: tables, pure, from which everything else is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CaseState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"
    COMPLETED = "completed"
    LOOP_CLOSED = "loop_closed"
    MERGED = "merged"
    ENTERED_IN_ERROR = "entered_in_error"


class VisitState(StrEnum):
    """Where one appointment of a case stands."""

    BOOKED = "booked"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"
    MOVED = "moved"


class Awaiting(StrEnum):
    """Whose turn it is, where somebody was asked for something."""

    NOBODY = ""
    OFFICE = "office"
    PATIENT = "patient"
    STAFF = "staff"


class Actor(StrEnum):
    """In which capacity somebody acts: the roles, and three that hold no grant."""

    AUTHOR = "author"
    GUEST = "guest"
    PATIENT = "patient"
    OFFICE_MEMBER = "office_member"
    OFFICE_ADMIN = "office_admin"
    EDITOR = "editor"
    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    LEAD = "lead"
    OWNER = "owner"
    PRIVACY_OFFICER = "privacy_officer"
    SYSTEM = "system"


class Action(StrEnum):
    """What somebody does; the same word in journal, button and address."""

    SUBMIT = "submit"
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    ASK = "ask"
    REPLY = "reply"
    WRITE = "write"
    NOTE = "note"
    CORRECT = "correct"
    SEE_CORRECTION = "see_correction"
    ADD_FILE = "add_file"
    LOG_CALL = "log_call"
    BOOK = "book"
    MOVE = "move"
    KEEP = "keep"
    MISS = "miss"
    CANCEL_VISIT = "cancel_visit"
    REPORT_INTERIM = "report_interim"
    COMPLETE = "complete"
    AMEND_REPORT = "amend_report"
    CONFIRM_RECEIPT = "confirm_receipt"
    LAPSE = "lapse"
    REQUEST_CANCEL = "request_cancel"
    CONFIRM_CANCEL = "confirm_cancel"
    CONTINUE = "continue"
    MARK_UNREACHABLE = "mark_unreachable"
    FOUND = "found"
    REDIRECT = "redirect"
    MERGE = "merge"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


class Notice(StrEnum):
    """When those concerned hear of it."""

    NONE = ""
    DIGEST = "digest"
    AT_ONCE = "at_once"


@dataclass(frozen=True)
class StateFacts:
    """What a state means to people and to machines (FHIR R4 Task and ServiceRequest, HL7 BSeR STU2)."""

    label: str | Promise
    task: str
    bser: str
    service_request: str
    is_open: bool = False
    stamp: str = ""


_SENT, _ENDED = "active", "entered-in-error"
STATES: dict[CaseState, StateFacts] = {
    CaseState.DRAFT: StateFacts(_("Draft"), "draft", "", "draft"),
    CaseState.SUBMITTED: StateFacts(_("Sent"), "requested", "2.0", _SENT, True, "submitted"),
    CaseState.RECEIVED: StateFacts(_("Acknowledged"), "received", "2.0", _SENT, True, "received"),
    CaseState.ACCEPTED: StateFacts(_("Accepted"), "accepted", "3.0", _SENT, True, "accepted"),
    CaseState.DECLINED: StateFacts(_("Declined"), "rejected", "4.0", _SENT, stamp="declined"),
    CaseState.CANCEL_REQUESTED: StateFacts(_("Asked to cancel"), "in-progress", "5.2", _SENT, True, "cancel_requested"),
    CaseState.CANCELLED: StateFacts(_("Canceled"), "cancelled", "6.0", "revoked", stamp="cancelled"),
    CaseState.UNREACHABLE: StateFacts(_("Cannot be reached"), "failed", "", "on-hold", True, "unreachable"),
    CaseState.COMPLETED: StateFacts(_("Report sent"), "completed", "7.0", "completed", stamp="completed"),
    CaseState.LOOP_CLOSED: StateFacts(_("Closed"), "completed", "7.0", "completed", stamp="closed"),
    CaseState.MERGED: StateFacts(_("Merged"), _ENDED, "", _ENDED, stamp="ended"),
    CaseState.ENTERED_IN_ERROR: StateFacts(_("Withdrawn"), _ENDED, "", _ENDED, stamp="ended"),
}
"""`stamp` names the pair of columns (`…_at`, `…_by`) that a case in this state must carry."""

VISITS_IN_BSER: dict[VisitState, str] = {
    VisitState.BOOKED: "5.1.1",
    VisitState.MISSED: "5.1.2",
    VisitState.CANCELLED: "5.1.3",
    VisitState.KEPT: "5.1.4",
    VisitState.MOVED: "5.1.1",
}

OPEN = frozenset(state for state, facts in STATES.items() if facts.is_open)
MUTE = frozenset({CaseState.DRAFT, CaseState.MERGED, CaseState.ENTERED_IN_ERROR})
EVERY = frozenset(CaseState)
IN_CARE = frozenset({CaseState.ACCEPTED, CaseState.CANCEL_REQUESTED, CaseState.UNREACHABLE})

HANDLERS = frozenset({Actor.COORDINATOR, Actor.CLINICIAN, Actor.LEAD, Actor.OWNER})
TRIAGE = frozenset({Actor.CLINICIAN, Actor.LEAD, Actor.OWNER})
LEADS = frozenset({Actor.LEAD, Actor.OWNER})
OFFICE = frozenset({Actor.OFFICE_MEMBER, Actor.OFFICE_ADMIN})
_S = CaseState


@dataclass(frozen=True)
class Rule:
    """One line of the table: an action, from where to where, who may, what must be given, who hears of it when.

    `target` None leaves the state as it is. `untriaged` are those who may besides, where the service is not triaged.
    """

    action: Action
    sources: frozenset[CaseState]
    target: CaseState | None
    who: frozenset[Actor]
    gives: tuple[str, ...] = ()
    notice: Notice = Notice.NONE
    untriaged: frozenset[Actor] = frozenset()


def _from(*states: CaseState) -> frozenset[CaseState]:
    return frozenset(states)


_NOW, _DIGEST = Notice.AT_ONCE, Notice.DIGEST
RULES: tuple[Rule, ...] = (
    Rule(
        Action.SUBMIT,
        _from(_S.DRAFT),
        _S.SUBMITTED,
        OFFICE | HANDLERS | {Actor.GUEST},
        ("minimum data", "attestation that the patient knows and may be called or texted"),
        _NOW,
    ),
    Rule(Action.ACKNOWLEDGE, _from(_S.SUBMITTED), _S.RECEIVED, HANDLERS, notice=_DIGEST),
    Rule(Action.ASSIGN, OPEN, None, HANDLERS, ("assignee",)),
    Rule(
        Action.ACCEPT, _from(_S.RECEIVED), _S.ACCEPTED, TRIAGE, ("provider or assignee",), _DIGEST, untriaged=HANDLERS
    ),
    Rule(
        Action.DECLINE,
        _from(_S.SUBMITTED, _S.RECEIVED, _S.ACCEPTED),
        _S.DECLINED,
        TRIAGE,
        ("reason", "advice", "alternative"),
        _NOW,
        untriaged=HANDLERS,
    ),
    Rule(Action.ASK, OPEN, None, HANDLERS, ("text",), _NOW),
    Rule(Action.REPLY, OPEN, None, OFFICE | {Actor.AUTHOR}, ("text",), _NOW),
    Rule(Action.WRITE, EVERY - MUTE, None, OFFICE | HANDLERS | {Actor.AUTHOR}, ("text",), _NOW),
    Rule(Action.NOTE, EVERY - MUTE, None, HANDLERS, ("text",)),
    Rule(Action.CORRECT, OPEN, None, HANDLERS | {Actor.AUTHOR, Actor.OFFICE_ADMIN}, ("field", "value"), _NOW),
    Rule(Action.SEE_CORRECTION, OPEN, None, HANDLERS),
    Rule(Action.ADD_FILE, EVERY - MUTE, None, OFFICE | HANDLERS | {Actor.AUTHOR}, ("file",)),
    Rule(Action.LOG_CALL, _from(_S.RECEIVED, _S.ACCEPTED), None, HANDLERS, ("outcome",), _DIGEST),
    Rule(Action.BOOK, _from(_S.ACCEPTED), None, HANDLERS, ("when", "provider", "location"), _DIGEST),
    Rule(Action.MOVE, _from(_S.ACCEPTED), None, HANDLERS | {Actor.PATIENT}, ("when",), _DIGEST),
    Rule(Action.KEEP, IN_CARE, None, HANDLERS),
    Rule(Action.MISS, IN_CARE, None, HANDLERS, notice=_NOW),
    Rule(Action.CANCEL_VISIT, IN_CARE, None, HANDLERS, ("reason",), _DIGEST),
    Rule(Action.REPORT_INTERIM, _from(_S.ACCEPTED), None, HANDLERS, ("text or document", "clinician"), _NOW),
    Rule(
        Action.COMPLETE,
        _from(_S.ACCEPTED, _S.CANCEL_REQUESTED),
        _S.COMPLETED,
        HANDLERS,
        ("ending", "text or document", "clinician"),
        _NOW,
    ),
    Rule(
        Action.AMEND_REPORT,
        _from(_S.COMPLETED, _S.LOOP_CLOSED),
        None,
        HANDLERS,
        ("text or document", "clinician"),
        _NOW,
    ),
    Rule(Action.CONFIRM_RECEIPT, _from(_S.COMPLETED), _S.LOOP_CLOSED, OFFICE | HANDLERS | {Actor.AUTHOR}),
    Rule(Action.LAPSE, _from(_S.COMPLETED), _S.LOOP_CLOSED, frozenset({Actor.SYSTEM})),
    Rule(
        Action.REQUEST_CANCEL,
        _from(_S.SUBMITTED),
        _S.CANCELLED,
        OFFICE | {Actor.PATIENT, Actor.AUTHOR},
        ("reason",),
        _NOW,
    ),
    Rule(
        Action.REQUEST_CANCEL,
        _from(_S.RECEIVED, _S.ACCEPTED),
        _S.CANCEL_REQUESTED,
        OFFICE | {Actor.PATIENT, Actor.AUTHOR},
        ("reason",),
        _NOW,
    ),
    Rule(Action.CONFIRM_CANCEL, _from(_S.CANCEL_REQUESTED), _S.CANCELLED, HANDLERS, notice=_NOW),
    Rule(Action.CONTINUE, _from(_S.CANCEL_REQUESTED), _S.ACCEPTED, HANDLERS, notice=_NOW),
    Rule(
        Action.MARK_UNREACHABLE,
        _from(_S.ACCEPTED),
        _S.UNREACHABLE,
        HANDLERS | {Actor.SYSTEM},
        ("the attempts",),
        _NOW,
    ),
    Rule(Action.FOUND, _from(_S.UNREACHABLE), _S.ACCEPTED, HANDLERS, notice=_NOW),
    Rule(
        Action.REDIRECT,
        _from(_S.RECEIVED, _S.ACCEPTED, _S.DECLINED),
        _S.DECLINED,
        OFFICE | HANDLERS | {Actor.AUTHOR},
        ("target",),
        _NOW,
    ),
    Rule(Action.MERGE, OPEN, _S.MERGED, HANDLERS, ("survivor",)),
    Rule(
        Action.REOPEN,
        _from(_S.DECLINED, _S.CANCELLED, _S.UNREACHABLE, _S.COMPLETED, _S.LOOP_CLOSED),
        _S.ACCEPTED,
        LEADS,
        ("reason",),
        _NOW,
    ),
    Rule(Action.WITHDRAW, _from(_S.DRAFT, _S.SUBMITTED), _S.ENTERED_IN_ERROR, frozenset({Actor.AUTHOR}), ("reason",)),
    Rule(
        Action.WITHDRAW,
        EVERY - {_S.ENTERED_IN_ERROR},
        _S.ENTERED_IN_ERROR,
        frozenset({Actor.PRIVACY_OFFICER}),
        ("reason",),
    ),
)

VISIT_MOVES: dict[Action, tuple[VisitState | None, VisitState]] = {
    Action.BOOK: (None, VisitState.BOOKED),
    Action.MOVE: (VisitState.BOOKED, VisitState.MOVED),
    Action.KEEP: (VisitState.BOOKED, VisitState.KEPT),
    Action.MISS: (VisitState.BOOKED, VisitState.MISSED),
    Action.CANCEL_VISIT: (VisitState.BOOKED, VisitState.CANCELLED),
}
"""What an action does to the visit itself; a move leaves the old one `moved` and books a new one."""

IMPLIED: tuple[tuple[CaseState, Action], ...] = (
    (CaseState.SUBMITTED, Action.ACKNOWLEDGE),
    (CaseState.RECEIVED, Action.ACCEPT),
)
"""The acts that ask for nothing of their own, so that a later act may imply them."""


@dataclass(frozen=True)
class Step:
    """What an action would do: the acts it implies first, and the state in which it leaves the case."""

    action: Action
    target: CaseState
    implied: tuple[Action, ...] = ()


def rule_for(action: Action, state: CaseState, actors: frozenset[Actor], *, triaged: bool) -> Rule | None:
    """Return the line of the table by which one of `actors` may do `action` in `state`, or None."""
    for rule in RULES:
        who = rule.who if triaged else rule.who | rule.untriaged
        if rule.action is action and state in rule.sources and actors & who:
            return rule
    return None


def step(action: Action, state: CaseState, actors: frozenset[Actor], *, triaged: bool) -> Step | None:
    """Return what `action` would do, or None where it may not be done.

    An act is allowed from every earlier state whose missing acts the same person may do; each missing act is implied.

    Args:
        action: what somebody wants to do.
        state: where the case stands.
        actors: in which capacities they act.
        triaged: whether a clinician accepts each case of this service.
    """
    implied: list[Action] = []
    here = state
    while True:
        rule = rule_for(action, here, actors, triaged=triaged)
        if rule is not None:
            return Step(action, rule.target or here, tuple(implied))
        missing = next((act for source, act in IMPLIED if source is here), None)
        if missing is None or missing is action:
            return None
        bridge = rule_for(missing, here, actors, triaged=triaged)
        if bridge is None or bridge.target is None:
            return None
        implied.append(missing)
        here = bridge.target


def bser_of(state: CaseState, visit: VisitState | None = None) -> str:
    """Return the BSeR business status; an accepted case takes it from its newest visit."""
    if state is CaseState.ACCEPTED and visit is not None:
        return VISITS_IN_BSER[visit]
    return STATES[state].bser


def table() -> list[dict[str, Any]]:
    """Return every allowed (state, action, role), with the next state and the acts implied on the way."""
    rows: list[dict[str, Any]] = []
    for state in CaseState:
        for action in Action:
            for actor in Actor:
                for triaged in (False, True):
                    found = step(action, state, frozenset({actor}), triaged=triaged)
                    if found is None:
                        continue
                    rows.append(
                        {
                            "machine": "case",
                            "state": str(state),
                            "action": str(action),
                            "role": str(actor),
                            "next": str(found.target),
                            "implied": [str(act) for act in found.implied],
                            "triaged": triaged,
                        }
                    )
    for action, (source, target) in VISIT_MOVES.items():
        who = next(rule.who for rule in RULES if rule.action is action)
        rows.extend(
            {"machine": "visit", "state": str(source or ""), "action": str(action), "role": str(actor), "next": target}
            for actor in Actor
            if actor in who
        )
    return rows

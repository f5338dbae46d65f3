"""The table of a case, row by row: what every (state, action, role) gives, and what a random life may become."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.roles import Role
from referral_portal.cases import states
from referral_portal.cases.actions.ground import VERBS
from referral_portal.cases.states import (
    EVERY,
    HANDLERS,
    LEADS,
    MUTE,
    OPEN,
    STATES,
    TRIAGE,
    VISIT_MOVES,
    Action,
    Actor,
    CaseState,
    VisitState,
    bser_of,
    step,
    table,
)

S, A, R = CaseState, Action, Actor
MEMBERS = {R.OFFICE_MEMBER, R.OFFICE_ADMIN}
EARLY = {S.SUBMITTED, S.RECEIVED}

# The same table once more, written by hand from the specification: action → (states, next, who).
# `None` keeps the state. Earlier states are listed where the same person may do the missing acts.
BY_HAND: dict[Action, list[tuple[set[CaseState], CaseState | None, set[Actor]]]] = {
    A.SUBMIT: [({S.DRAFT}, S.SUBMITTED, MEMBERS | HANDLERS | {R.GUEST})],
    A.ACKNOWLEDGE: [({S.SUBMITTED}, S.RECEIVED, set(HANDLERS))],
    A.ASSIGN: [(set(OPEN), None, set(HANDLERS))],
    A.ACCEPT: [(EARLY, S.ACCEPTED, set(TRIAGE))],
    A.DECLINE: [(EARLY | {S.ACCEPTED}, S.DECLINED, set(TRIAGE))],
    A.ASK: [(set(OPEN), None, set(HANDLERS))],
    A.REPLY: [(set(OPEN), None, MEMBERS | {R.AUTHOR})],
    A.WRITE: [(set(EVERY - MUTE), None, MEMBERS | HANDLERS | {R.AUTHOR})],
    A.NOTE: [(set(EVERY - MUTE), None, set(HANDLERS))],
    A.CORRECT: [(set(OPEN), None, HANDLERS | {R.AUTHOR, R.OFFICE_ADMIN})],
    A.SEE_CORRECTION: [(set(OPEN), None, set(HANDLERS))],
    A.ADD_FILE: [(set(EVERY - MUTE), None, MEMBERS | HANDLERS | {R.AUTHOR})],
    A.LOG_CALL: [
        ({S.RECEIVED}, None, set(HANDLERS)),
        ({S.ACCEPTED}, None, set(HANDLERS)),
        ({S.SUBMITTED}, S.RECEIVED, set(HANDLERS)),
    ],
    A.BOOK: [({S.ACCEPTED}, None, set(HANDLERS)), (EARLY, S.ACCEPTED, set(TRIAGE))],
    A.MOVE: [({S.ACCEPTED}, None, HANDLERS | {R.PATIENT}), (EARLY, S.ACCEPTED, set(TRIAGE))],
    A.KEEP: [({S.ACCEPTED, S.CANCEL_REQUESTED, S.UNREACHABLE}, None, set(HANDLERS)), (EARLY, S.ACCEPTED, set(TRIAGE))],
    A.MISS: [({S.ACCEPTED, S.CANCEL_REQUESTED, S.UNREACHABLE}, None, set(HANDLERS)), (EARLY, S.ACCEPTED, set(TRIAGE))],
    A.CANCEL_VISIT: [
        ({S.ACCEPTED, S.CANCEL_REQUESTED, S.UNREACHABLE}, None, set(HANDLERS)),
        (EARLY, S.ACCEPTED, set(TRIAGE)),
    ],
    A.REPORT_INTERIM: [({S.ACCEPTED}, None, set(HANDLERS)), (EARLY, S.ACCEPTED, set(TRIAGE))],
    A.COMPLETE: [({S.ACCEPTED, S.CANCEL_REQUESTED}, S.COMPLETED, set(HANDLERS)), (EARLY, S.COMPLETED, set(TRIAGE))],
    A.AMEND_REPORT: [({S.COMPLETED, S.LOOP_CLOSED}, None, set(HANDLERS))],
    A.CONFIRM_RECEIPT: [({S.COMPLETED}, S.LOOP_CLOSED, MEMBERS | HANDLERS | {R.AUTHOR})],
    A.LAPSE: [({S.COMPLETED}, S.LOOP_CLOSED, {R.SYSTEM})],
    A.REQUEST_CANCEL: [
        ({S.SUBMITTED}, S.CANCELLED, MEMBERS | {R.PATIENT, R.AUTHOR}),
        ({S.RECEIVED, S.ACCEPTED}, S.CANCEL_REQUESTED, MEMBERS | {R.PATIENT, R.AUTHOR}),
    ],
    A.CONFIRM_CANCEL: [({S.CANCEL_REQUESTED}, S.CANCELLED, set(HANDLERS))],
    A.CONTINUE: [({S.CANCEL_REQUESTED}, S.ACCEPTED, set(HANDLERS))],
    A.MARK_UNREACHABLE: [({S.ACCEPTED}, S.UNREACHABLE, HANDLERS | {R.SYSTEM}), (EARLY, S.UNREACHABLE, set(TRIAGE))],
    A.FOUND: [({S.UNREACHABLE}, S.ACCEPTED, set(HANDLERS))],
    A.REDIRECT: [
        ({S.RECEIVED, S.ACCEPTED, S.DECLINED}, S.DECLINED, MEMBERS | HANDLERS | {R.AUTHOR}),
        ({S.SUBMITTED}, S.DECLINED, set(HANDLERS)),
    ],
    A.MERGE: [(set(OPEN), S.MERGED, set(HANDLERS))],
    A.REOPEN: [({S.DECLINED, S.CANCELLED, S.UNREACHABLE, S.COMPLETED, S.LOOP_CLOSED}, S.ACCEPTED, set(LEADS))],
    A.WITHDRAW: [
        ({S.DRAFT, S.SUBMITTED}, S.ENTERED_IN_ERROR, {R.AUTHOR}),
        (set(EVERY) - {S.ENTERED_IN_ERROR}, S.ENTERED_IN_ERROR, {R.PRIVACY_OFFICER}),
    ],
}


def expected(action: Action, state: CaseState, actor: Actor) -> CaseState | None:
    for sources, target, who in BY_HAND[action]:
        if state in sources and actor in who:
            return target or state
    return None


@pytest.mark.parametrize("action", list(Action))
def test_every_state_action_and_role_gives_what_the_specification_says(action: Action) -> None:
    for state in CaseState:
        for actor in Actor:
            found = step(action, state, frozenset({actor}), triaged=True)
            assert (found.target if found else None) == expected(action, state, actor), (state, action, actor)


@pytest.mark.parametrize("action", list(Action))
def test_without_triage_whoever_handles_cases_may_do_what_triage_may(action: Action) -> None:
    for state in CaseState:
        for actor in Actor:
            found = step(action, state, frozenset({actor}), triaged=False)
            as_if = R.CLINICIAN if actor is R.COORDINATOR else actor
            assert (found.target if found else None) == expected(action, state, as_if), (state, action, actor)


def test_the_table_lists_exactly_what_step_allows() -> None:
    rows = {
        (row["state"], row["action"], row["role"], row["triaged"]): row for row in table() if row["machine"] == "case"
    }
    for state in CaseState:
        for action in Action:
            for actor in Actor:
                for triaged in (True, False):
                    found = step(action, state, frozenset({actor}), triaged=triaged)
                    row = rows.get((str(state), str(action), str(actor), triaged))
                    assert (found is None) == (row is None)
                    if found and row:
                        assert row["next"] == str(found.target)
                        assert row["implied"] == [str(act) for act in found.implied]


def test_the_table_is_plain_json() -> None:
    import json

    assert json.loads(json.dumps(table())) == table()


def test_booking_a_case_just_sent_implies_acknowledging_and_accepting() -> None:
    found = step(A.BOOK, S.SUBMITTED, frozenset({R.LEAD}), triaged=True)
    assert found is not None
    assert found.implied == (A.ACKNOWLEDGE, A.ACCEPT)


def test_a_coordinator_without_triage_right_cannot_jump_over_the_triage() -> None:
    assert step(A.BOOK, S.SUBMITTED, frozenset({R.COORDINATOR}), triaged=True) is None
    assert step(A.BOOK, S.SUBMITTED, frozenset({R.COORDINATOR}), triaged=False) is not None


def test_every_action_has_a_rule_a_verb_and_every_state_a_fact() -> None:
    assert {one.action for one in states.RULES} == set(Action)
    assert set(VERBS) == set(Action)
    assert len(set(VERBS.values())) == len(VERBS)
    assert set(STATES) == set(CaseState)


def test_every_role_of_the_house_is_an_actor_of_the_table() -> None:
    assert {role.value for role in Role} <= {str(actor) for actor in Actor}


def test_nobody_but_the_privacy_officer_acts_on_what_has_left_every_list() -> None:
    for state in MUTE - {S.DRAFT}:
        for action in Action:
            allowed = {actor for actor in Actor if step(action, state, frozenset({actor}), triaged=False)}
            assert allowed <= {R.PRIVACY_OFFICER}, (state, action)


def test_an_editor_may_do_nothing_with_a_case() -> None:
    assert not [row for row in table() if row["role"] == "editor"]


def test_a_visit_moves_only_while_it_is_booked() -> None:
    for action, (source, target) in VISIT_MOVES.items():
        assert source in {None, VisitState.BOOKED}, action
        assert (target is VisitState.BOOKED) == (action is A.BOOK)


@pytest.mark.parametrize(
    ("state", "visit", "status"),
    [
        (S.SUBMITTED, None, "2.0"),
        (S.RECEIVED, None, "2.0"),
        (S.ACCEPTED, None, "3.0"),
        (S.ACCEPTED, VisitState.BOOKED, "5.1.1"),
        (S.ACCEPTED, VisitState.MISSED, "5.1.2"),
        (S.ACCEPTED, VisitState.CANCELLED, "5.1.3"),
        (S.ACCEPTED, VisitState.KEPT, "5.1.4"),
        (S.DECLINED, VisitState.BOOKED, "4.0"),
        (S.CANCEL_REQUESTED, VisitState.BOOKED, "5.2"),
        (S.CANCELLED, None, "6.0"),
        (S.COMPLETED, VisitState.KEPT, "7.0"),
    ],
)
def test_business_status_follows_state_and_newest_visit(
    state: CaseState, visit: VisitState | None, status: str
) -> None:
    assert bser_of(state, visit) == status


@given(st.sampled_from(list(Action)), st.sampled_from(list(CaseState)), st.sets(st.sampled_from(list(Actor))))
@settings(max_examples=300, deadline=None)
def test_more_capacities_never_allow_less(action: Action, state: CaseState, actors: set[Actor]) -> None:
    alone = [step(action, state, frozenset({actor}), triaged=True) for actor in actors]
    together = step(action, state, frozenset(actors), triaged=True)
    if any(alone):
        assert together is not None


class RandomLife(RuleBasedStateMachine):
    """A case to which anybody does anything; whatever the table lets pass keeps its promises."""

    def __init__(self) -> None:
        super().__init__()
        self.state = CaseState.DRAFT
        self.was_sent = False

    @rule(action=st.sampled_from(list(Action)), actor=st.sampled_from(list(Actor)), triaged=st.booleans())
    def do(self, action: Action, actor: Actor, triaged: bool) -> None:
        found = step(action, self.state, frozenset({actor}), triaged=triaged)
        if found is None:
            return
        if action is Action.SUBMIT:
            self.was_sent = True
        assert len(found.implied) <= 2
        assert action not in found.implied
        self.state = found.target

    @invariant()
    def a_case_never_becomes_a_draft_again(self) -> None:
        assert not (self.was_sent and self.state is CaseState.DRAFT)

    @invariant()
    def only_a_case_that_was_sent_is_anywhere_but_draft_or_withdrawn(self) -> None:
        assert self.was_sent or self.state in {CaseState.DRAFT, CaseState.ENTERED_IN_ERROR}


TestRandomLife = RandomLife.TestCase
TestRandomLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

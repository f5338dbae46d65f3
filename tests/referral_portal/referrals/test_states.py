"""The table of a referral's life: every state, action and role, one by one."""

from __future__ import annotations

import itertools

import pytest

from referral_portal.referrals import states
from referral_portal.referrals.states import ENDED, HANDLERS, IMPLIED, OPEN, RULES, Action, Actor, ReferralState, step

EVERY = list(itertools.product([None, *ReferralState], Action, Actor))
S = ReferralState


@pytest.mark.parametrize(("state", "action", "actor"), EVERY)
def test_every_state_action_and_role_follows_one_line_of_the_table(
    state: ReferralState | None, action: Action, actor: Actor
) -> None:
    lines = [
        rule
        for rule in RULES
        if rule.action is action and actor in rule.who and (state in rule.sources if state else not rule.sources)
    ]
    bridged = state in {source for source, _act in IMPLIED} and not lines and action is Action.BOOK
    found = step(action, state, frozenset({actor}))
    if lines:
        assert found is not None
        assert found.target == (lines[0].target or state)
        assert found.implied == ()
    elif bridged and actor in HANDLERS:
        assert found is not None
        assert found.implied == (Action.LOG_CONTACT,)
        assert found.target is S.BOOKED
    else:
        assert found is None


def test_no_two_lines_say_different_things() -> None:
    for first, second in itertools.combinations(RULES, 2):
        if first.action is second.action and first.who & second.who:
            assert not (first.sources & second.sources)
            assert first.sources or second.sources


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    targets = {rule.target for rule in RULES if rule.target}
    assert targets == set(S)
    for state in OPEN:
        assert any(state in rule.sources and rule.target not in {None, state} for rule in RULES), state


def test_nothing_leads_out_of_an_end() -> None:
    for rule in RULES:
        if rule.target is not None:
            assert not rule.sources & ENDED


def test_there_is_no_state_for_opening_a_link() -> None:
    assert "opened" not in set(S)


def test_a_friend_who_never_answers_can_always_be_erased() -> None:
    for state in (S.CREATED, S.NAMED, S.INVITED, S.CONTACT_AGREED, S.CONTACTED, S.NO_ANSWER):
        assert step(Action.EXPIRE, state, frozenset({Actor.SYSTEM})) is not None
        assert step(Action.EXPIRE, state, HANDLERS) is None


def test_only_the_friend_agrees_for_the_friend() -> None:
    everybody_else = frozenset(Actor) - {Actor.GUEST}
    for state in [None, *S]:
        assert step(Action.AGREE, state, everybody_else) is None


def test_the_printed_table_has_one_row_for_every_allowed_act() -> None:
    rows = states.table()
    allowed = [one for one in EVERY if step(one[1], one[0], frozenset({one[2]}))]
    assert len(rows) == len(allowed)
    assert {
        "machine": "referral",
        "state": "",
        "action": "tell",
        "role": "patient",
        "next": "created",
        "implied": [],
    } in rows
    assert all(row["machine"] == "referral" and row["next"] for row in rows)


def test_every_state_has_words() -> None:
    assert set(states.LABELS) == set(S)

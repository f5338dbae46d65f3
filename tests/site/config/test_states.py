"""Every table of states is printed, whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command

from config.following import tables
from delivery.states import MessageState
from referral_portal.cases.states import Actor, CaseState, VisitState

NOUNS = {"cases", "approvals", "appointments", "referrals", "campaigns", "dispatches", "messages", "imports"}


def test_there_is_a_table_for_each_noun() -> None:
    assert set(tables()) == NOUNS
    assert all(tables().values())


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_each_line_says_state_action_role_and_next_state(noun: str) -> None:
    for line in tables()[noun]:
        assert {"machine", "state", "action", "role", "next"} <= set(line)
        assert all(isinstance(line[name], str) and line[name] for name in ("action", "role", "next"))


def test_every_state_of_a_case_is_reached_and_every_one_but_the_last_is_left() -> None:
    lines = tables()["cases"]
    assert {line["next"] for line in lines} | {CaseState.DRAFT} == {str(state) for state in CaseState}
    assert {line["state"] for line in lines} == {str(state) for state in CaseState} - {CaseState.ENTERED_IN_ERROR}


def test_every_state_of_an_appointment_and_a_message_is_there() -> None:
    assert {line["next"] for line in tables()["appointments"]} == {str(state) for state in VisitState}
    assert {line["next"] for line in tables()["messages"]} == {str(state) for state in MessageState}


def test_the_guest_may_only_send() -> None:
    lines = [line for line in tables()["cases"] if line["role"] == Actor.GUEST]
    assert {line["action"] for line in lines} == {"submit"}


def test_it_is_printed_as_json_and_as_lines(capsys: Any) -> None:
    call_command("states", json=True)
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(tables(), default=str))
    call_command("states")
    said = capsys.readouterr().out
    assert "submitted          acknowledge        coordinator      → received" in said
    assert "(first: acknowledge)" in said

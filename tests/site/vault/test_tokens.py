"""Tokens of mail links open for their one purpose, unaltered; each purpose has a salt of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from vault import tokens

PURPOSES = sorted(tokens.PURPOSES)
REF = "MS-7K2M"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_it_opens_for_its_own_purpose(purpose: str) -> None:
    assert tokens.read(purpose, tokens.sign(purpose, REF)) == REF


@pytest.mark.parametrize("made_for", PURPOSES)
def test_it_opens_for_no_other_purpose(made_for: str) -> None:
    token = tokens.sign(made_for, REF)
    for other in PURPOSES:
        if other != made_for:
            with pytest.raises(tokens.TokenRefused):
                tokens.read(other, token)


def test_a_purpose_that_nobody_declared_is_a_mistake_in_our_code() -> None:
    with pytest.raises(ValueError, match="not a purpose"):
        tokens.sign("everything", REF)
    with pytest.raises(ValueError, match="not a purpose"):
        tokens.read("everything", "x")


@given(data=st.data(), purpose=st.sampled_from(PURPOSES))
def test_any_changed_character_is_refused(data: st.DataObject, purpose: str) -> None:
    token = tokens.sign(purpose, REF)
    position = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.characters(codec="utf-8").filter(lambda sign: sign != token[position]))
    forged = token[:position] + sign + token[position + 1 :]
    # base64's last character may carry bits that mean nothing: what opens must be what was signed
    try:
        assert tokens.read(purpose, forged) == REF
    except tokens.TokenRefused:
        return
    assert position in {len(token) - 1, token.index(":") - 1}


@given(data=st.data())
def test_any_cut_or_longer_token_is_refused(data: st.DataObject) -> None:
    token = tokens.sign("refer", REF)
    length = data.draw(st.integers(0, len(token) - 1))
    with pytest.raises(tokens.TokenRefused):
        tokens.read("refer", token[:length])
    with pytest.raises(tokens.TokenRefused):
        tokens.read("refer", token + data.draw(st.text(min_size=1, max_size=5)))


@given(noise=st.text(max_size=120))
def test_noise_is_refused_and_never_crashes(noise: str) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.read("unsubscribe", noise)


def test_two_halves_of_two_tokens_do_not_make_a_third() -> None:
    first, second = tokens.sign("unsubscribe", "MS-0001"), tokens.sign("unsubscribe", "MS-0002")
    payload, stamp_and_seal = first.split(":", 1)
    with pytest.raises(tokens.TokenRefused):
        tokens.read("unsubscribe", f"{second.split(':', 1)[0]}:{stamp_and_seal}")
    assert payload != second.split(":", 1)[0]


def test_an_old_token_is_refused_where_age_counts_and_lives_on_where_it_does_not() -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        token = tokens.sign("join", REF)
    with time_machine.travel(datetime(2026, 1, 9, tzinfo=UTC), tick=False):
        with pytest.raises(tokens.TokenRefused):
            tokens.read("join", token, max_age=timedelta(days=7))
        assert tokens.read("join", token) == REF


def test_a_token_of_another_installation_is_refused(settings: Settings) -> None:
    token = tokens.sign("refer", REF)
    settings.SECRET_KEY = "the secret of somebody else's installation"
    with pytest.raises(tokens.TokenRefused):
        tokens.read("refer", token)


def test_the_refusal_does_not_say_what_was_wrong() -> None:
    said = set()
    for token in ("", "a:b:c", tokens.sign("refer", REF) + "x", tokens.sign("view", REF)):
        with pytest.raises(tokens.TokenRefused) as refusal:
            tokens.read("refer", token)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_a_token_for_each_of_several_purposes_is_the_one_that_signing_makes():
    with time_machine.travel("2026-11-19 09:40:00Z", tick=False):
        found = tokens.sign_for(["view", "unsubscribe"], "MS-7K2M")
        assert found == {purpose: tokens.sign(purpose, "MS-7K2M") for purpose in ("view", "unsubscribe")}
    assert tokens.read("unsubscribe", found["unsubscribe"]) == "MS-7K2M"
    with pytest.raises(tokens.TokenRefused):
        tokens.read("view", found["unsubscribe"])
    with pytest.raises(ValueError, match="not a purpose"):
        tokens.sign_for(["nothing"], "MS-7K2M")

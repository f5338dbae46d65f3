"""References that people say on the phone, and ids whose order is the order of time."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from vault import refs
from vault.ids import uuid7

ALL = st.text(alphabet=refs.ALPHABET, min_size=4, max_size=12)


def test_a_reference_has_a_prefix_and_four_characters() -> None:
    ref = refs.fresh("JR", taken=lambda ref: False)
    prefix, _, random = ref.partition("-")
    assert prefix == "JR"
    assert len(random) == 4
    assert set(random) <= set(refs.ALPHABET)


def test_no_character_looks_like_another() -> None:
    assert not set("ILOU") & set(refs.ALPHABET)
    assert len(set(refs.ALPHABET)) == 32


def test_references_grow_when_names_run_short() -> None:
    asked: list[str] = []

    def all_short_ones_are_taken(ref: str) -> bool:
        asked.append(ref)
        return len(ref) < len("JR-00000")

    assert len(refs.fresh("JR", taken=all_short_ones_are_taken)) == len("JR-00000")
    assert len(asked) == 9


def test_a_personal_code_is_long_enough_not_to_be_guessed() -> None:
    assert len(refs.code()) == 8
    assert len({refs.code() for _ in range(1000)}) == 1000


@given(random=ALL, prefix=st.sampled_from(["JR", "LO", "OF", "PT", "DR"]))
def test_a_reference_is_understood_however_it_is_said(random: str, prefix: str) -> None:
    ref = f"{prefix}-{random}"
    assert refs.heard(f" {ref.lower()} ") == ref
    assert refs.heard(ref.replace("0", "o", 1) if "0" in random else ref) == ref
    assert refs.heard(f"{prefix}-{random.replace('1', 'l')}") == ref
    assert refs.heard(f"{prefix}-{random.replace('1', 'I')}") == ref


@given(random=ALL)
def test_a_code_without_a_prefix_is_understood_too(random: str) -> None:
    assert refs.heard(" ".join(random.lower())) == random


def test_ids_are_version_seven_and_follow_time() -> None:
    made = []
    for _ in range(3):
        made.append(uuid7())
        until = time.time_ns() // 1_000_000 + 1
        while time.time_ns() // 1_000_000 < until:
            continue
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_ids_of_one_moment_differ() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000

"""Sealed bytes open where they were sealed, under a key of the ring, unaltered; and in no other case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.env import FieldKey
from vault import keys, sealing

PLACE = "patients_patient.notes.0190"
ONE, TWO, THREE = FieldKey("one", b"1" * 32), FieldKey("two", b"2" * 32), FieldKey("three", b"3" * 32)


@given(plain=st.binary(max_size=2000), place=st.text(max_size=60))
def test_what_was_sealed_opens_at_its_place(plain: bytes, place: str) -> None:
    assert sealing.unseal(sealing.seal(plain, place=place), place=place) == plain


@given(plain=st.binary(max_size=200), here=st.text(max_size=30), there=st.text(max_size=30))
def test_a_value_moved_to_another_place_does_not_open(plain: bytes, here: str, there: str) -> None:
    if here == there:
        return
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealing.seal(plain, place=here), place=there)


@given(plain=st.binary(max_size=60), data=st.data())
def test_any_flipped_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(sealing.seal(plain, place=PLACE))
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[position // 8] ^= 1 << (position % 8)
    with pytest.raises((sealing.SealBroken, keys.KeyMissing)):
        sealing.unseal(bytes(sealed), place=PLACE)


@given(data=st.data())
def test_any_cut_is_noticed(data: st.DataObject) -> None:
    sealed = sealing.seal(b"a tooth that aches", place=PLACE)
    length = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises((sealing.SealBroken, keys.KeyMissing)):
        sealing.unseal(sealed[:length], place=PLACE)


@given(noise=st.binary(max_size=80))
def test_noise_is_refused_and_never_crashes(noise: bytes) -> None:
    with pytest.raises((sealing.SealBroken, keys.KeyMissing)):
        sealing.unseal(noise, place=PLACE)


def test_the_same_words_never_look_the_same_twice() -> None:
    assert len({sealing.seal(b"yes", place=PLACE) for _ in range(100)}) == 100


def test_sealed_bytes_do_not_hold_the_words() -> None:
    assert b"aches" not in sealing.seal(b"a tooth that aches", place=PLACE)


def test_new_values_are_sealed_under_the_first_key_and_old_ones_still_open(settings: Settings) -> None:
    settings.FIELD_KEYS = (ONE,)
    old = sealing.seal(b"before", place=PLACE)
    settings.FIELD_KEYS = (TWO, ONE)
    new = sealing.seal(b"after", place=PLACE)
    assert (sealing.key_id_of(old), sealing.key_id_of(new)) == ("one", "two")
    assert sealing.unseal(old, place=PLACE) == b"before"
    assert sealing.unseal(new, place=PLACE) == b"after"


def test_a_key_that_was_taken_away_is_asked_for_by_its_id(settings: Settings) -> None:
    settings.FIELD_KEYS = (ONE,)
    sealed = sealing.seal(b"before", place=PLACE)
    settings.FIELD_KEYS = (TWO,)
    with pytest.raises(keys.KeyMissing, match="'one'"):
        sealing.unseal(sealed, place=PLACE)


def test_another_secret_under_the_same_id_opens_nothing(settings: Settings) -> None:
    settings.FIELD_KEYS = (ONE,)
    sealed = sealing.seal(b"before", place=PLACE)
    settings.FIELD_KEYS = (FieldKey("one", b"x" * 32),)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, place=PLACE)


def test_relabelling_a_value_with_another_keys_id_is_noticed(settings: Settings) -> None:
    settings.FIELD_KEYS = (ONE, TWO)
    sealed = sealing.seal(b"before", place=PLACE)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed.replace(b"one", b"two", 1), place=PLACE)


def test_a_broken_seal_says_the_column_and_neither_row_nor_words() -> None:
    with pytest.raises(sealing.SealBroken) as refusal:
        sealing.unseal(sealing.seal(b"secret words", place="other"), place=PLACE)
    assert "patients_patient.notes" in str(refusal.value)
    assert "0190" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_keys_for_two_purposes_are_two_keys() -> None:
    assert keys.derived("seal") != keys.derived("hash:x")
    assert keys.keyed_hash("a", "value") != keys.keyed_hash("b", "value")
    assert keys.keyed_hash("a", "value") == keys.keyed_hash("a", "value")
    assert len(keys.keyed_hash("a", "")) == 64


def test_the_lasting_key_stays_when_new_ones_are_put_before_it(settings: Settings) -> None:
    settings.FIELD_KEYS = (ONE,)
    before = keys.lasting_id()
    settings.FIELD_KEYS = (THREE, TWO, ONE)
    assert keys.lasting_id() == before == "one"
    assert keys.primary_id() == "three"


def test_a_field_key_never_shows_its_secret() -> None:
    assert "1" * 8 not in repr(ONE)

"""Addresses have one form, and a hash that finds them without keeping them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.env import FieldKey
from patients.addresses import address_hash, normal_address

CHANNELS = st.sampled_from(["email", "sms", "phone", "post"])


@pytest.mark.parametrize(
    ("channel", "written", "normal"),
    [
        ("email", "  Margaret.Ellison@Patients.Example ", "margaret.ellison@patients.example"),
        ("email", "a@b.example\r\nBcc: x@y.example", "a@b.examplebcc: x@y.example"),
        ("sms", "360-555-0142", "+13605550142"),
        ("sms", "(360) 555-0142", "+13605550142"),
        ("phone", "+1 360 555 0142", "+13605550142"),
        ("phone", "+44 20 7946 0018", "+442079460018"),
        ("phone", "none", ""),
        ("post", " 14 Juniper Row ", "14 Juniper Row"),
    ],
)
def test_an_address_is_brought_to_its_one_form(channel: str, written: str, normal: str) -> None:
    assert normal_address(channel, written) == normal


@given(st.text(alphabet="+0123456789٣ ()-x\x00\u2028", max_size=20))
def test_a_phone_in_its_one_form_is_plus_and_its_figures(text: str) -> None:
    digits = re.sub(r"\D", "", text)
    expected = f"+1{digits}" if len(digits) == 10 else f"+{digits}" if digits else ""
    assert normal_address("sms", text) == expected


@given(channel=CHANNELS, text=st.text(max_size=60))
def test_the_one_form_is_its_own_form(channel: str, text: str) -> None:
    once = normal_address(channel, text)
    assert normal_address(channel, once) == once


@given(channel=CHANNELS, text=st.text(max_size=60))
def test_no_address_can_break_a_header(channel: str, text: str) -> None:
    assert not set(normal_address(channel, text)) & set("\r\n\x00\u2028\u2029")


@given(digits=st.from_regex(r"[2-9][0-9]{9}", fullmatch=True), gaps=st.lists(st.sampled_from(" -.()"), max_size=5))
def test_an_american_phone_is_the_same_however_it_is_spaced(digits: str, gaps: list[str]) -> None:
    spaced = digits[:3] + "".join(gaps) + digits[3:6] + "".join(reversed(gaps)) + digits[6:]
    assert address_hash("sms", spaced) == address_hash("sms", f"+1{digits}")


@given(channel=CHANNELS, text=st.text(min_size=1, max_size=60))
def test_the_hash_is_64_digits_and_holds_nothing(channel: str, text: str) -> None:
    digest = address_hash(channel, text)
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")


def test_the_same_number_on_two_channels_is_two_addresses() -> None:
    assert address_hash("sms", "360-555-0142") != address_hash("phone", "360-555-0142")


def test_the_hash_stays_when_a_new_key_is_put_before_the_old(settings: Settings) -> None:
    old, new = FieldKey("old", b"o" * 32), FieldKey("new", b"n" * 32)
    settings.FIELD_KEYS = (old,)
    before = address_hash("email", "a@b.example")
    settings.FIELD_KEYS = (new, old)
    assert address_hash("email", "A@B.example") == before

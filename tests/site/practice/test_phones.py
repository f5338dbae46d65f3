"""A phone number is an address that every phone understands."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as some

from practice import phones


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("(360) 555-0142", "tel:+13605550142"),
        ("360.555.0142", "tel:+13605550142"),
        ("1 360 555 0142", "tel:+13605550142"),
        ("+13605550142", "tel:+13605550142"),
        ("+44 20 7946 0958", "tel:+442079460958"),
        ("(360) 555-0142 x12", "tel:+13605550142;ext=12"),
        ("360-555-0142 ext. 7", "tel:+13605550142;ext=7"),
        ("", ""),
        ("ask at the desk", ""),
    ],
)
def test_a_number_becomes_an_address(number: str, address: str) -> None:
    assert phones.uri(number) == address


@given(some.text(max_size=40))
def test_whatever_was_typed_no_blank_and_no_bracket_stands_in_the_address(text: str) -> None:
    assert re.fullmatch(r"(tel:\+\d+(;ext=\d+)?)?", phones.uri(text))


def test_templates_write_it_with_one_filter() -> None:
    template = Template('{% load phones %}<a href="{{ number|tel }}">')
    assert template.render(Context({"number": "(360) 555-0188"})) == '<a href="tel:+13605550188">'

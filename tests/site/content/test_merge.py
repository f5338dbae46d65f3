"""Merge tags are a closed set; whatever else stands in braces is refused and never runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import merge

INJECTIONS = [
    "{{ 7*7 }}",
    "{% debug %}",
    "{{first_name|there}}",
    "{first_name.__class__}",
    "{first_name!r}",
    "{0}",
    "{}",
    "{first_name}",
    "{first_name|}",
    "{first_name|   }",
    "{first_name|a|b}",
    "{First_Name|there}",
    "{ first_name|there }",
    "{password|none}",
    "{settings.SECRET_KEY|x}",
    "{first_name|{practice_name|x}}",
    "{first_name|there",
    "first_name|there}",
    "${first_name|there}}",
    "{first_name|the\r\nre}",
    "{refer_url|https://evil.example}",
    "{__import__('os')|x}",
    "{{.Subscriber.Email}}",
    '{{ env "SECRET" }}',
    "#{7*7|x}",
    "{first_name|" + "x" * 61 + "}",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_whatever_is_not_a_whole_slot_of_the_closed_set_is_refused(text):
    assert merge.problems(text)


@pytest.mark.parametrize("text", ["Hello {first_name|there},", "", "No braces", "{refer_url}", "{practice_phone|us}"])
def test_a_known_tag_with_a_fallback_is_fine(text):
    assert merge.problems(text) == []


def test_the_message_names_the_tag():
    assert "{nickname}" in merge.problems("Dear {nickname|you}")[0]
    assert "{first_name}" in merge.problems("Dear {first_name}")[0]


def test_each_complaint_is_made_once():
    assert len(merge.problems("{nick|a} {nick|b} {nick|c}")) == 1


def test_a_link_may_not_stand_in_a_subject():
    assert merge.problems("{unsubscribe_url}", links=False)
    assert merge.problems("{first_name|there}", links=False) == []


def test_a_value_is_filled_and_an_empty_one_gives_the_fallback():
    assert merge.fill("Hello {first_name|there}", {"first_name": "Ruth"}) == "Hello Ruth"
    assert merge.fill("Hello {first_name|there}", {"first_name": ""}) == "Hello there"


def test_slots_without_a_value_stay():
    assert merge.fill("{first_name|x} {refer_url}", {"first_name": "Ruth"}) == "Ruth {refer_url}"


def test_a_value_that_looks_like_a_slot_is_not_filled_again():
    assert merge.fill("{first_name|x}", {"first_name": "{refer_url}", "refer_url": "https://a"}) == "{refer_url}"


def test_everyone_reads_fallbacks_and_public_pages():
    assert merge.with_fallbacks("Hello {first_name|there}, {refer_url}") == "Hello there, /refer/"


@given(st.text(max_size=200))
def test_accepted_text_leaves_no_brace_once_it_is_filled(text):
    if not merge.problems(text):
        filled = merge.with_fallbacks(text)
        assert "{" not in filled
        assert "}" not in filled


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_text_makes_filling_fail(text, name):
    merge.fill(text, {"first_name": name})
    merge.problems(text)

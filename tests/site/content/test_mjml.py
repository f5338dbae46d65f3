"""MJML is compiled within bounds: what would crash the compiler never reaches it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from content import mjml

ROOT = Path(__file__).resolve().parents[3]


def letter(body: str) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"


def test_a_letter_is_compiled():
    html = mjml.compile(letter("<mj-text>Hello {first_name|there} &amp; &lt;you&gt;</mj-text>"))
    assert "Hello {first_name|there} &amp; &lt;you&gt;" in html
    assert "<html" in html


def test_nothing_is_fetched_from_a_third_party():
    html = mjml.compile(letter('<mj-text font-family="Roboto, Open Sans, Lato">Hello</mj-text>'))
    assert "http" not in html.replace("http://www.w3.org", "").replace("http-equiv", "")


@pytest.mark.parametrize(
    "source",
    [
        "<mjml><mj-body>" + "<mj-section>" * 1870 + "</mj-section>" * 1870 + "</mj-body></mjml>",
        "<mjml><mj-body>" + "<mj-wrapper>" * 9030 + "</mj-wrapper>" * 9030 + "</mj-body></mjml>",
        letter("<mj-text>" + "<b>" * 9030 + "</b>" * 9030 + "</mj-text>"),
        letter("<mj-spacer/>" * 7000),
        letter("<mj-text>" + "x" * 500_000 + "</mj-text>"),
    ],
    ids=["sections", "wrappers", "text", "many", "large"],
)
def test_what_is_too_deep_or_too_large_is_refused(source):
    with pytest.raises(mjml.Refused):
        mjml.compile(source)


def test_the_deepest_that_is_let_through_does_not_crash_the_process():
    depth = mjml.MOST_DEPTH - 5
    source = letter("<mj-text>" + "<b>" * depth + "</b>" * depth + "</mj-text>")
    code = f"from content import mjml; print(len(mjml.compile({source!r})))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT / "site")}, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ('<!DOCTYPE mjml [<!ENTITY x "y">]><mjml/>', "DTD"),
        ('<!DOCTYPE mjml SYSTEM "http://evil.example/x.dtd"><mjml/>', "DTD"),
        ("<?xml-stylesheet href='x'?><mjml/>", "processing"),
        (letter("<mj-txt>Hello</mj-txt>"), "mj-txt"),
        (letter('<mj-include path="/etc/passwd"/>'), "mj-include"),
        (letter("<mj-text><script>alert(1)</script></mj-text>"), "script"),
        (letter("<mj-text><iframe/></mj-text>"), "iframe"),
        (letter('<mj-text><a onclick="x()">a</a></mj-text>'), "onclick"),
        (letter('<mj-text><a href=" javascript:alert(1)">a</a></mj-text>'), "href"),
        (letter('<mj-image src="data:text/html,x"/>'), "src"),
        (letter("<p>loose</p>"), "outside"),
        (letter("<mj-text>open"), "well formed"),
        ("Hello", "well formed"),
        ("", "well formed"),
        ("<html/>", "begins with"),
    ],
)
def test_what_is_not_a_letter_is_refused_with_a_reason(source, word):
    with pytest.raises(mjml.Refused, match=word):
        mjml.compile(source)


def test_the_drawn_entities_of_html_are_understood():
    assert "\u00a0" in mjml.compile(letter("<mj-text>a&nbsp;b</mj-text>")) or "&#160;" in mjml.compile(
        letter("<mj-text>a&nbsp;b</mj-text>")
    )


def test_entity_names_do_not_open_a_way_to_unknown_ones():
    with pytest.raises(mjml.Refused):
        mjml.compile(letter("<mj-text>&bogus;</mj-text>"))


def test_the_same_letter_is_compiled_once():
    mjml._compiled.cache_clear()
    source = letter("<mj-text>Once</mj-text>")
    assert mjml.compile(source) == mjml.compile(source)
    assert mjml._compiled.cache_info().hits == 1

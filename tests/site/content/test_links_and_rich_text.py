"""Where links may lead, and how rich text stands in a letter."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from content import richtext
from content.links import absolute, validate_link
from content.templatetags.letters import clean, lines, plain


@pytest.mark.parametrize(
    ("address", "end"),
    [
        ("/book/", "/book/"),
        ("https://ada.example/x?a=1&b=2", "https://ada.example/x?a=1&b=2"),
        ("mailto:desk@juniper-row.example", "mailto:desk@juniper-row.example"),
        ("tel:+13605550142", "tel:+13605550142"),
        ("{refer_url}", "{refer_url}"),
    ],
)
def test_a_page_of_ours_or_a_whole_address_may_stand(address, end, settings):
    settings.SITE_URL = "https://juniper-row.example"
    assert absolute(address).endswith(end)
    assert absolute(address).startswith(("https://", "mailto:", "tel:", "{"))
    validate_link(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//evil.example/",
        "/\\evil.example",
        "https:///nowhere",
        "http://[::1",
        "book",
        "",
        "{first_name|x}",
        "{refer_url|x}",
        "https://x.example/{first_name|x}",
        'https://x.example/"onmouseover="x',
        "https://x.example/<b>",
        "ftp://x.example/",
        "file:///etc/passwd",
    ],
)
def test_no_other_address_may_stand(address):
    assert absolute(address) == ""
    with pytest.raises(ValidationError):
        validate_link(address)


def xml(html: str) -> ET.Element:
    return ET.fromstring(f"<x>{html}</x>")


def test_rich_text_is_well_formed_and_keeps_its_few_tags():
    html = richtext.for_mail('<p>One<br>two <b>bold</b> <a href="/book/">book</a></p><ul><li>a<li>b</ul>')
    xml(html)
    assert "<b>bold</b>" in html
    assert "/book/" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="x()">x</p>',
        "<svg/onload=alert(1)>",
        "<p>{first_name|<b>x</b>}</p>",
        "<mj-include path='/etc/passwd'/>",
        "</mj-text><mj-raw>x</mj-raw>",
        "<!-- <p> --><p>x",
        "<style>*{display:none}</style>",
    ],
)
def test_hostile_rich_text_is_only_text(hostile):
    html = richtext.for_mail(hostile)
    for element in xml(html).iter():
        assert element.tag in {"x", "p", "b", "a", "ul", "li"}
        assert not [name for name in element.attrib if name.startswith("on")]
        assert "javascript" not in element.get("href", "")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=120))
def test_any_text_stays_well_formed_and_readable(text):
    from html import escape

    html = richtext.for_mail(f"<p>{escape(text)}</p>")
    assert "".join(xml(html).itertext()) == text


def test_rich_text_as_plain_text_numbers_its_steps_and_shows_its_links(settings):
    settings.SITE_URL = "https://juniper-row.example"
    text = richtext.for_text(
        "<p>Three habits</p><ol><li>Eat &amp; drink</li><li>Wait</li></ol><ul><li>dot</li></ul>"
        '<p>See <a href="/book/">the page</a><br>now</p>'
    )
    assert (
        text
        == "Three habits\n\n1. Eat & drink\n2. Wait\n\n- dot\n\nSee the page (https://juniper-row.example/book/)\nnow"
    )


def test_plain_text_is_not_escaped_and_has_no_control_characters():
    assert str(plain("Tom & Jerry's <pub>")) == "Tom & Jerry's <pub>"
    assert clean("a\x00b\u2028c\r\nd") == "a b c\nd"
    assert str(plain(None)) == ""


def test_lines_are_escaped_each():
    assert lines("a<b\nc") == "a&lt;b<br/>c"

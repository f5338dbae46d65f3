"""Whatever stands in whichever blocks: a letter is made or refused in words, and text never becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail import blocks

from content import mjml
from newsletter.editions import letter
from newsletter.editions.blocks import LETTER_BLOCKS
from newsletter.editions.models import EditionPage
from tests.factories import editions

HOSTILE = [
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    '"><svg onload=pwned()>',
    "' onmouseover='pwned()",
    '" onmouseover="pwned()',
    "</mj-text><mj-raw><script>pwned()</script></mj-raw><mj-text>",
    "<mj-include path='/etc/passwd'/>",
    "</td></table><iframe src=//evil.example></iframe>",
    "]]><![CDATA[<script>pwned()</script>",
    "<!-- <script>pwned()</script> -->",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
    "{first_name|there} {{ settings.SECRET_KEY }} {% load x %} ${7*7} #{7*7}",
    "{unsubscribe_url} {nobody} { } }{",
    "&lt;script&gt; &amp;amp; &bogus; &#0; &#x1F600;",
    "\u202eevil\u202c \u200f\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "👩‍⚕️🦷\U0001f1fa\U0001f1f8 e\u0301 \ufeff",
    "nul\x00 bell\x07 esc\x1b del\x7f \x85",
    "one\r\ntwo\rthree\u2028four\u2029five",
    "a" * 400,
    "javascript:pwned()",
    "style='background:url(//evil.example)'",
    "",
]
LINKS = [
    "/book/",
    "https://x.example/?a=1&b=2",
    "javascript:pwned()",
    'https://x.example/"onclick="pwned()',
    "{refer_url}",
]
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "o:p"})
NEVER = frozenset({"script", "iframe", "object", "embed", "form", "svg", "math", "base", "mj-raw", "mj-include"})

texts = st.one_of(st.sampled_from(HOSTILE), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))


class Markup(HTMLParser):
    """Reads HTML and notes what must not be there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.path, self.faults, self.pictures = [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in NEVER and not self.is_drawn_by_us(tag):
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.faults += [f"{tag} {given[name]}" for name in ("href", "src") if bad_address(given.get(name) or "")]
        if tag == "img":
            self.pictures.append(given)
        if tag not in VOID:
            self.path.append(tag)

    def is_drawn_by_us(self, tag):
        return tag == "svg"  # icons of the web pages

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.path or self.path.pop() != tag:
            self.faults.append(f"</{tag}> where it does not belong")


def bad_address(address):
    return re.match(r"[\s\x00-\x1f]*(javascript|data|vbscript|file):", address, re.IGNORECASE)


def read(html):
    markup = Markup()
    markup.feed(html)
    markup.close()
    return markup


@st.composite
def values(draw, block, chosen):
    """Draw a value for a block as the database keeps it, hostile wherever there is text."""
    if isinstance(block, blocks.StructBlock):
        return {name: draw(values(child, chosen)) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.RichTextBlock):
        text = draw(texts)
        return draw(
            st.sampled_from([f"<p>{text}</p>", f"<ol><li>{text}</li></ol>", f'<p><a href="{text}">x</a></p>', text])
        )
    if isinstance(block, blocks.ChooserBlock):
        return draw(st.sampled_from([None, chosen.get(block.target_model)]))
    if isinstance(block, blocks.CharBlock | blocks.TextBlock):
        return draw(texts) if block.name != "link" else draw(st.one_of(st.sampled_from(LINKS), texts))
    return block.get_prep_value(block.get_default())


@pytest.fixture
def chosen(edition, location):
    """Return something to choose for each kind of chooser: the newest there is."""
    editions.event(location)
    editions.said("<script>pwned()</script>")
    found = {}
    for _kind, block in LETTER_BLOCKS:
        for child in block.child_blocks.values():
            if isinstance(child, blocks.ChooserBlock):
                one = child.target_model.objects.order_by("-pk").first()
                found[child.target_model] = one.pk if one else None
    return found


@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_blocks_with_any_text_make_a_letter_or_are_refused_in_words(data, edition, chosen):
    kinds = data.draw(st.lists(st.sampled_from(LETTER_BLOCKS), min_size=1, max_size=7))
    raw = [{"type": kind, "value": data.draw(values(block, chosen))} for kind, block in kinds]
    edition.subject, edition.preheader = data.draw(texts), data.draw(texts)
    edition.body = EditionPage._meta.get_field("body").to_python(raw)
    try:
        made = letter.compose(edition)
    except mjml.Refused:
        made = letter.compose(edition, shows_failures=True)
    found = read(made.html)
    assert found.faults == []
    assert found.path == []
    for shown in found.pictures:
        assert "alt" in shown
        assert int(shown["width"]) > 0
    assert "\r" not in made.subject
    assert "\n" not in made.subject
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", made.text)
    for block in edition.body:
        on_the_web = read(block.render({"page": edition}))
        assert on_the_web.faults == []
        assert on_the_web.path == []

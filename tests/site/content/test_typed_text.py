"""What a browser says that somebody typed: what no editor writes is refused at once, whatever it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text import get_rich_text_editor_widget

from content import richtext
from content.richtext import MERGE_FEATURES, too_much
from content.typed_text import MOST_DEPTH, MOST_LINES, MOST_PARTS, TypedText

FIELD = get_rich_text_editor_widget("default", features=MERGE_FEATURES)


def part(**more: Any) -> dict[str, Any]:
    plain = {"key": "abcde", "text": "x", "type": "unordered-list-item", "depth": 0}
    return {**plain, "inlineStyleRanges": [], "entityRanges": [], **more}


def said(*parts: Any, entities: Any = None) -> str:
    return json.dumps({"blocks": parts, "entityMap": entities or {}})


def read(raw: str) -> Any:
    return FIELD.value_from_datadict({"text": raw}, {}, "text")


def bold(count: int) -> list[dict[str, Any]]:
    return [{"offset": one, "length": count - one, "style": "BOLD"} for one in range(count)]


def test_every_text_field_of_the_admin_is_this_one() -> None:
    assert isinstance(FIELD, TypedText)


def test_what_the_editor_sends_is_taken() -> None:
    assert "<b>" in read(said(part(text="warm", inlineStyleRanges=bold(4)[:1])))
    assert read(said(*(part(depth=depth) for depth in range(MOST_DEPTH + 1))))
    assert read(said(*[part()] * MOST_PARTS))
    assert read("null") == read("") == ""
    assert FIELD.value_from_datadict({}, {}, "text") is None


@pytest.mark.parametrize(
    "raw",
    [
        said(part(depth=MOST_DEPTH + 1)),
        said(part(depth=1_000_000)),
        said(*(part(depth=depth) for depth in range(9_000))),
        said(part(depth=-1)),
        said(part(depth="9")),
        said(part(depth=1.5)),
        said(*[part()] * (MOST_PARTS + 1)),
        said(part(text="x" * 9_000, inlineStyleRanges=bold(9_000))),
        said(part(type="unstyled", text="\n" * (MOST_LINES + 1))),
        said(part(entityRanges=[{"offset": 0, "length": 1, "key": 7}])),
        said(part(text=["x"])),
        said("x"),
        "[" * 100_000,
        '{"blocks":' * 100_000,
        '{"blocks": [], "n": ' + "9" * 100_000 + "}",
        "x" * 10_000_000,
        "words",
        "[]",
        "1",
        '{"blocks": "x"}',
    ],
    ids=lambda raw: raw[:40],
)
def test_what_no_editor_writes_is_refused(raw: str) -> None:
    with pytest.raises(BadRequest):
        read(raw)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
A_PART = st.fixed_dictionaries(
    {},
    optional={
        "key": ANYTHING,
        "text": st.text(max_size=20) | ANYTHING,
        "type": st.sampled_from(["unstyled", "unordered-list-item", "atomic", "no-such"]) | ANYTHING,
        "depth": st.integers(-2, 12) | ANYTHING,
        "inlineStyleRanges": st.lists(
            st.fixed_dictionaries(
                {"offset": st.integers(-3, 30), "length": st.integers(-3, 30), "style": st.just("BOLD")}
            ),
            max_size=5,
        )
        | ANYTHING,
        "entityRanges": st.lists(
            st.fixed_dictionaries({"offset": st.integers(-3, 30), "length": st.integers(-3, 30), "key": ANYTHING}),
            max_size=3,
        )
        | ANYTHING,
    },
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        ANYTHING, st.fixed_dictionaries({"blocks": st.lists(A_PART, max_size=4) | ANYTHING, "entityMap": ANYTHING})
    )
)
def test_whatever_comes_is_a_text_or_is_refused(anything: Any) -> None:
    try:
        html = read(json.dumps(anything))
    except BadRequest:
        return
    assert html is None or isinstance(html, str)
    assert "<script" not in str(html)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<ul><li>" * 9_000 + "deep" + "</li></ul>" * 9_000, "nested 18,000 deep"),
        ("<p>" * 33, "nested 33 deep"),
        ('<a linktype="page" id="3">x</a>' * 301, "301 links"),
        ("<p>x</p>" * 3_001, "3,001 paragraphs"),
        ("x" * 200_001, "200,001 characters"),
        ("<B>" * 40, "nested 40 deep"),
    ],
)
def test_a_text_that_cannot_be_drawn_is_known_before_it_is_read(source: str, why: str) -> None:
    assert why in too_much(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<p>Plain.</p>",
        "<p>x</p>" * 3_000,
        "<br>" * 2_000,
        "<p>one<br/>two</p>" * 300,
        "a < b > c",
        "</p>" * 100,
        '<a href="/x/">x</a>' * 300,
        "<ul><li>" * 16 + "x" + "</li></ul>" * 16,
    ],
    ids=lambda source: source[:20],
)
def test_a_text_that_somebody_wrote_is_drawn(source: str) -> None:
    assert too_much(source) == ""
    assert isinstance(richtext.for_text(source), str)

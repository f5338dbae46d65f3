"""The stylesheets: right-to-left safe, still where somebody wants it, readable in forced colors and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

STATIC = Path(settings.BASE_DIR) / "site" / "static"
SHEETS = sorted(file for file in STATIC.rglob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# what has a side in its name; `@bottom-left` is a box of the paper, and a gradient's angle has no side
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)[\w-]*|border-(?:top|bottom)-(?:left|right)-radius"
    r"|left|right|float|clear)\s*:\s*(?!none)"
)
SIDED = re.compile(r"text-align\s*:\s*(?:left|right)\b")


def rules(sheet: Path) -> str:
    """Return a stylesheet without its comments."""
    return COMMENT.sub("", sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_names_a_side_of_the_page(sheet: Path) -> None:
    assert PHYSICAL.findall(rules(sheet)) == []
    assert SIDED.findall(rules(sheet)) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_what_moves_only_moves_for_those_who_like_it(sheet: Path) -> None:
    css = rules(sheet)
    calm = re.findall(r"@media\s*\(prefers-reduced-motion:\s*no-preference\)\s*\{(?:[^{}]|\{[^{}]*\})*\}", css)
    for block in calm:
        css = css.replace(block, "")
    moving = [found for found in re.findall(r"(?:transition|animation)\s*:\s*([^;}]+)", css) if found.strip() != "none"]
    assert moving == [] or "prefers-reduced-motion: reduce" in css


def test_forced_colors_keep_what_a_background_said() -> None:
    css = rules(STATIC / "css" / "app.css")
    forced = css[css.index("@media (forced-colors:active)") :]
    for part in (".gw-btn", ".gw-ico", "[aria-current]", ".gw-chip", "progress"):
        assert part in forced, part


def test_paper_is_black_on_white() -> None:
    tokens = rules(STATIC / "css" / "tokens.css")
    paper = tokens[tokens.index("@media print") :]
    assert "--paper:#fff" in paper
    assert "--ink:#000" in paper


@pytest.mark.parametrize(
    ("language", "said"), [("en", None), ("es", None), ("ar", "rtl"), ("he", "rtl"), ("fa", "rtl")]
)
def test_a_page_says_in_which_direction_it_reads(language: str, said: str) -> None:
    with translation.override(language):
        html = render_to_string("skeleton.html")
    found = re.search(r"<html[^>]*>", html)
    assert found is not None
    assert f'lang="{language}"' in found.group()
    assert ('dir="rtl"' in found.group()) == (said == "rtl")


def test_a_page_waits_for_nothing_but_its_stylesheets() -> None:
    html = render_to_string("skeleton.html")
    sheets = re.findall(r'<link rel="stylesheet" href="/static/css/([^"]+)"', html)
    assert sheets == ["tokens.css", "app.css"]
    assert "<script" not in html
    assert "<style" not in html

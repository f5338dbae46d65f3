"""A practice's colors: every hue can be read, the default is what was drawn, and what had to change is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from content import palette
from content.palette import contrast, from_oklch, to_oklch

TOKENS = (Path(settings.BASE_DIR) / "site" / "static" / "css" / "tokens.css").read_text()
TOKEN = re.compile(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})\b")
HUES = st.integers(0, 359)


def drawn(block: str) -> dict[str, str]:
    """Return the colors that stand in one block of the drawn tokens."""
    at = TOKENS.index(block)
    found = TOKEN.findall(TOKENS[at : TOKENS.index("}", at)])
    return {name: color if len(color) == 7 else "#" + "".join(2 * part for part in color[1:]) for name, color in found}


@pytest.mark.parametrize("hue", range(360))
def test_every_hue_can_be_read_in_both_themes(hue: int) -> None:
    colors = palette.palette(hue, palette.DEFAULT_ACCENT)
    for theme in ("light", "dark"):
        for reading in colors.readings(theme):
            assert contrast(reading.words_color, reading.ground_color) >= reading.least, (theme, reading)


@given(HUES, HUES)
def test_any_two_hues_can_be_read_together(hue: int, accent: int) -> None:
    colors = palette.palette(hue, accent)
    for theme in ("light", "dark"):
        assert all(reading.is_enough for reading in colors.readings(theme))
        assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors.of(theme).values())


def test_the_default_hues_are_the_drawn_colors() -> None:
    colors = palette.palette()
    assert colors.notes == ()
    for block, theme in ((":root{", colors.light), (":root[data-theme=dark]{", colors.dark)):
        tokens = drawn(block)
        assert {name: tokens[name] for name in theme} == theme


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK])
def test_turning_a_color_all_the_way_brings_it_back(theme: dict[str, str]) -> None:
    for color in theme.values():
        assert from_oklch(to_oklch(color))[0] == color


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#fff", 8.59),
    ],
)
def test_contrast_is_counted_as_wcag_does(one: str, other: str, ratio: float) -> None:
    other = other if len(other) == 7 else "#" + other[1:] * 2
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("hue", [-1, 360, 720, 100_000])
def test_a_hue_off_the_circle_is_refused(hue: int) -> None:
    with pytest.raises(ValueError, match="0 to 359"):
        palette.palette(hue, 42)
    with pytest.raises(ValueError, match="0 to 359"):
        palette.palette(187, hue)


@given(HUES, HUES)
def test_an_accent_is_always_told_apart_from_the_main_color(hue: int, accent: int) -> None:
    colors = palette.palette(hue, accent)
    away = abs((accent - hue + 180) % 360 - 180)
    assert (palette.PARTED in colors.notes) == (away < palette.CLOSEST)
    brand, shown = (to_oklch(colors.light[name])[2] for name in ("brand", "accent"))
    assert abs((shown - brand + 180) % 360 - 180) > palette.CLOSEST - 8


def test_what_had_to_change_is_said() -> None:
    assert palette.NEAR_RED in palette.palette(30, 100).notes
    assert palette.PARTED in palette.palette(40, 42).notes
    assert any(palette.CALMER in palette.palette(hue, (hue + 180) % 360).notes for hue in range(360))
    assert palette.palette(260, 42).notes == ()


def test_colors_that_cannot_be_read_are_moved_until_they_can() -> None:
    moved = [hue for hue in range(360) if palette.MOVED in palette.palette(187, hue).notes]
    assert moved
    for hue in moved:
        assert all(reading.is_enough for reading in palette.palette(187, hue).readings("light"))


@given(HUES, HUES)
def test_a_stylesheet_sets_colors_and_nothing_else(hue: int, accent: int) -> None:
    css = palette.palette(hue, accent).css
    assert css.startswith("@media screen{:root{")
    assert css.count("{") == css.count("}")
    left = re.sub(
        r"--own-(deep|brand)-(h:\d{1,3}|[sl]:\d{1,3}%);?", "", re.sub(r"--[a-z0-9-]+:#[0-9a-f]{6};?", "", css)
    )
    assert left == (
        "@media screen{:root{}\n@media(prefers-color-scheme:dark){:root:not([data-theme=light]){}}\n"
        ":root[data-theme=dark]{}}\n:root{}\n"
    )
    assert len(css) < 2600


def test_another_hue_has_another_name() -> None:
    assert len({palette.palette(hue, 42).digest for hue in range(360)}) == 360
    assert palette.palette(10, 200).digest == palette.palette(10, 200).digest

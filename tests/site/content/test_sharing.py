"""The drawn picture for sharing: any title fits, no letter is a box, the same card gives the same picture."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from content import drawing, sharing
from content.branding import Branding
from content.templatetags.shots import shot
from practice.models import Practice
from tests.factories import editions

CARD = sharing.card("Is sparkling water hard on teeth?", None)
TITLES = (
    "Teeth",
    "Root canal treatment: what happens, how long it takes, and why it hurts less than it did for your grandmother",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "W" * 200,
    "i" * 200,
    "Ärzte für Zähne: Señora Łukasiewicz",
    "صحة الأسنان",
    "牙齿健康",
    "😀😀😀",
    "",
    "\x00\u202eevil\u202c\ud7ff",
    "<script>alert(1)</script>",
)


def opened(png: bytes) -> Image.Image:
    """Return the picture."""
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def test_our_fonts_can_be_read() -> None:
    assert features.check("freetype2")
    assert sharing.drawable("Señora Łukasiewicz, güzel “Zähne”") == "Señora Lukasiewicz, güzel “Zähne”"


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_small_picture_of_the_right_size(title: str) -> None:
    png = sharing.draw(replace(CARD, title=title, name="Juniper Row", line="Dental & Implant Studio"))
    picture = opened(png)
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(png) < 100_000


@pytest.mark.parametrize("title", [title for title in TITLES if sharing.drawable(title)])
def test_every_line_has_room(title: str) -> None:
    lines, font = sharing.fitted(sharing.drawable(title))
    assert all(font.getlength(line) <= sharing.ROOM for line in lines)
    assert len(lines) * sharing.leading(font) <= sharing.TALLEST


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_too_much(text: str) -> None:
    shown = sharing.drawable(text)
    assert all(sharing._has(sharing.SANS, sign) for sign in shown)
    if shown:
        lines, font = sharing.fitted(shown)
        assert len(lines) * sharing.leading(font) <= sharing.TALLEST
        assert all(font.getlength(line) <= sharing.ROOM for line in lines)


def test_words_of_other_scripts_are_left_out_as_a_whole() -> None:
    for title in ("صحة الأسنان", "牙齿健康", "Здоровые зубы", "שיניים"):
        assert sharing.drawable(title) == ""
    assert sharing.drawable("Smile 😀 today") == "Smile today"


def test_a_short_title_is_large_and_a_long_one_small() -> None:
    sizes = [sharing.fitted(title)[1].size for title in TITLES[:2]]
    assert sizes[0] == max(sharing.SIZES)
    assert sizes[1] < sizes[0]


def test_the_same_card_is_the_same_picture_and_any_change_another() -> None:
    assert sharing.draw(CARD) == sharing.draw(CARD)
    others = [replace(CARD, **change) for change in ({"title": "x"}, {"ground": "#000000"}, {"has_sprig": False})]
    assert len({CARD.digest, *(other.digest for other in others)}) == 4


def test_a_card_has_the_colors_of_the_practice(practice: Practice) -> None:
    plain = sharing.card("Teeth", Practice.objects.get())
    Branding.objects.create(practice=practice, hue=300)
    purple = sharing.card("Teeth", Practice.objects.get())
    assert purple.ground != plain.ground
    assert purple.digest != plain.digest
    assert opened(sharing.draw(purple)).convert("RGB").getpixel((5, 400)) == tuple(bytes.fromhex(purple.ground[1:]))


def test_a_picture_smaller_than_its_place_names_each_width_once(db: None) -> None:
    small, large = editions.picture(600, 400), editions.picture(1600, 900)
    for picture, widths in ((small, 1), (large, 2)):
        with drawing.drawing_all():
            html = str(shot(picture, "wide"))
        for offers in re.findall(r'srcset="([^"]+)"', html):
            named = re.findall(r" (\d+w)", offers)
            assert len(set(named)) == len(named)
            assert len(offers.split(", ")) == widths
        assert ("sizes=" in html) == (widths > 1), "HTML wants no sizes where there is nothing to choose from"

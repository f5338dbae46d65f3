"""Letters and the admin wear the practice's hue, and can be read in it: in the light, in the dark, whatever the hue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from content import palette
from content.branding import Branding
from content.palette import contrast
from delivery import rendering
from practice.models import Practice
from tests.cast import sign_in
from tests.factories.practice import LocationFactory

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COLOR = re.compile(r"#[0-9a-f]{6}\b")
ON_A_CARD = ("ink", "ink-2", "link", "accent")
PAIRS = [
    *((words, "surface") for words in ON_A_CARD),
    *((words, "tint") for words in ("ink", "link")),
    *(("on-brand", "brand"), ("on-deep", "deep"), ("on-deep-2", "deep")),
]
DARKEST_GRAY_OF_THE_ADMIN, PLAIN_WHITE = "#2c3130", "#ffffff"
MESSAGES = sorted(
    path.parent.name for path in (TEMPLATES / "messages").glob("*/body.mjml") if path.parent.name != "case_frame"
)
HUES = st.integers(0, 359)


def of_the_drawn_hue() -> set[str]:
    """Return the drawn colors that another hue leaves in no theme."""
    turned = palette.palette(300, 120)
    stays = {*turned.light.values(), *turned.of("dark").values()}
    return {*palette.LIGHT.values(), *palette.DARK.values()} - stays


@pytest.fixture
def violet(db: None) -> Practice:
    """Return a practice that chose another hue and another accent."""
    practice = LocationFactory().practice
    Branding.objects.create(practice=practice, hue=300, accent_hue=120)
    return practice


@pytest.mark.parametrize("hue", range(0, 360, 3))
def test_every_pair_of_a_letter_can_be_read_in_every_hue(hue: int) -> None:
    for theme in ("light", "dark"):
        colors = palette.palette(hue).of(theme)
        for words, ground in PAIRS:
            assert contrast(colors[words], colors[ground]) >= 4.5, (theme, words, ground)


@given(HUES, HUES)
def test_any_hue_with_any_accent_can_be_read_in_letters_and_in_the_admin(hue: int, accent: int) -> None:
    colors = palette.palette(hue, accent)
    for theme in ("light", "dark"):
        own = colors.of(theme)
        assert all(contrast(own[words], own[ground]) >= 4.5 for words, ground in PAIRS)
    assert contrast(PLAIN_WHITE, colors.own["own-button-dark"]) >= 4.5
    assert contrast(PLAIN_WHITE, colors.own["own-brand"]) >= 4.5
    assert contrast(colors.own["own-brand-dark"], DARKEST_GRAY_OF_THE_ADMIN) >= 4.5
    assert contrast(colors.own["own-hover-dark"], DARKEST_GRAY_OF_THE_ADMIN) >= 4.5


def test_no_letter_names_a_color_itself() -> None:
    found = [f"{path.name}: {color}" for path in TEMPLATES.rglob("*.mjml") for color in COLOR.findall(path.read_text())]
    assert found == []


def test_drawings_are_painted_with_the_practice_s_colors() -> None:
    drawn = {*palette.LIGHT.values()} - {"#fbf9f5", "#ffffff"}
    for path in [*(TEMPLATES / "home" / "drawings").glob("*.html"), TEMPLATES / "referrals" / "_cups.html"]:
        if path.stem != "map":  # a map is drawn as maps are
            assert set(COLOR.findall(path.read_text())) & drawn - {"#4a5956", "#f8e8de"} == set(), path.name


def test_a_color_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        Template('{% load letters %}{% color "teal" %}').render(Context())


def test_without_a_practice_the_drawn_colors_stand() -> None:
    source = '{% load letters %}{% color "link" %} {% color "link" "dark" %}'
    assert Template(source).render(Context()) == "#0f5b55 #8ad6c8"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_our_own_wears_the_hue_in_both_themes(violet: Practice, name: str) -> None:
    html = rendering.render(name, {"url": "https://example.org/", "ref": "JR-7K2M", "due_on": None}).html
    assert of_the_drawn_hue() & set(COLOR.findall(html)) == set()
    colors = violet.branding.palette
    for color in (colors.light["ink"], colors.light["deep"], colors.dark["surface"], colors.dark["ink"]):
        assert color in html
    assert "prefers-color-scheme:dark" in html


def test_the_mark_follows_the_hue(violet: Practice, client: Client) -> None:
    mark = violet.branding.mark
    assert f'href="{mark}"' in client.get("/").content.decode()
    answer = client.get(mark)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert violet.branding.palette.light["link"] in answer.text
    assert violet.branding.palette.dark["link"] in answer.text
    assert "#0f5b55" not in answer.text
    assert client.get("/brand/0123456789abcdef.svg").status_code == 404


def test_the_admin_takes_the_colors(violet: Practice, client: Client, rosa: object) -> None:
    page = sign_in(client, rosa).get("/admin/").content.decode()
    assert f'<link rel="stylesheet" href="{violet.branding.stylesheet}">' in page
    assert page.index("staff/staff") < page.index(violet.branding.stylesheet)
    css = client.get(violet.branding.stylesheet).content.decode()
    staff = (Path(settings.BASE_DIR) / "site" / "static" / "staff" / "staff.css").read_text()
    named = set(re.findall(r"--(own-[a-z-]+):", staff))
    assert named == set(re.findall(r"--(own-[a-z-]+):", css))
    drawn = dict(re.findall(r"--(own-[a-z-]+): ([^;]+);", staff))
    assert palette.palette().own == drawn

"""The drawn components: icons, fields, errors, menus; and what the static files weigh."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.models import User
from content.forms import Styled
from home.menus import menu
from home.models import HomePage
from practice.wagtail_hooks import ICONS as SERVICE_ICONS
from tests.cast import sign_in

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "site" / "static"
FIRST_LOAD = 80 * 1024
TOKEN = re.compile(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})\b")


class Letter(Styled, forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Your name", help_text="As on <your> card")
    note = forms.CharField(widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="I agree")
    color = forms.ChoiceField(choices=[("r", "Red"), ("b", "<Blue>")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(choices=[("0", "Mon")], widget=forms.CheckboxSelectMultiple, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_every_icon_that_a_template_names_stands_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    used = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'icons/use\.html" with name="([\w-]+)"', template.read_text())
    }
    assert used - symbols == set()
    assert {name for name, _label in SERVICE_ICONS} - symbols == set()


def test_a_field_says_what_it_wants_and_what_is_wrong() -> None:
    html = str(Letter({})["name"].as_field_group())
    assert '<label for="id_name">Your name</label>' in html
    assert 'id="id_name_helptext">As on &lt;your&gt; card' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="gw-in"' in html


def test_what_may_stay_empty_says_so() -> None:
    assert "(optional)" in str(Letter()["note"].as_field_group())
    assert "(optional)" not in str(Letter()["name"].as_field_group())


def test_boxes_and_choices_are_labeled_and_escaped() -> None:
    form = Letter({"color": "b"})
    assert '<label class="gw-check" for="id_agreed">' in str(form["agreed"].as_field_group())
    html = str(form["color"].as_field_group())
    assert "<legend" in html
    assert '<label class="gw-chip" for="id_color_1">' in html
    assert "&lt;Blue&gt;" in html
    assert html.count("checked") == 1
    assert 'class="gw-check"' in str(form["days"].as_field_group())
    assert str(form["key"].as_field_group()).strip().startswith('<input type="hidden"')


def test_the_summary_of_errors_links_to_each_field() -> None:
    html = render_to_string("components/errors.html", {"form": Letter({})})
    assert "Please fix 3 things" in html
    for target in ("#id_name", "#id_agreed", "#id_color_0"):
        assert f'href="{target}"' in html
    assert render_to_string("components/errors.html", {"form": Letter()}).strip() == ""
    only = Letter({"name": "x", "agreed": "on", "color": "r"})
    only.is_valid()
    only.add_error(None, "<Not> today")
    html = render_to_string("components/errors.html", {"form": only})
    assert "Please fix one thing" in html
    assert "&lt;Not&gt; today" in html


def test_messages_carry_their_kind(site: HomePage, rf: RequestFactory) -> None:
    said = [SimpleNamespace(level_tag=tag, __str__=lambda self: "x") for tag in ("success", "error", "warning", "info")]
    html = render_to_string("components/messages.html", {"messages": said})
    assert html.count("gw-callout") == 4
    for kind in ("is-ok", "is-bad", "is-warn"):
        assert kind in html


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", "/"),
        ("/services/", "/services/"),
        ("/services/root-canal/", "/services/"),
        ("/health-tips/", "/health-tips/"),
        ("/privacy/", ""),
    ],
)
def test_the_menu_marks_where_somebody_is(site: HomePage, path: str, here: str) -> None:
    request = RequestFactory().get(path, headers={"host": "127.0.0.1:8000"})
    marked = [item.url for item in menu(request).items if item.is_current]
    assert marked == ([here] if here else [])


def test_the_office_menu_marks_the_narrower_room(site: HomePage, client: Client, dana: User) -> None:
    request = RequestFactory().get("/portal/office/cases/new/")
    request.user, request.session = dana, {}
    found = menu(request)
    assert [item.url for item in found.items if item.is_current] == ["/portal/office/cases/new/"]
    assert found.heading == "Referral portal"


def test_no_link_of_the_frame_leads_nowhere(site: HomePage, client: Client, margaret: User) -> None:
    html = client.get("/contact/").content.decode()
    for url in set(re.findall(r'href="(/[^"#?]*)"', html)) - {"/portal/office/cases/new/"}:
        if not url.startswith("/static/"):
            assert client.get(url).status_code in {200, 302}, url
    html = sign_in(client, margaret).get("/portal/me/").content.decode()
    for url in set(re.findall(r"<nav.*?</nav>", html, re.DOTALL) and re.findall(r'href="(/portal/[^"#?]*)"', html)):
        assert client.get(url).status_code in {200, 302}, url


def packed(data: bytes) -> int:
    """Return the size that a browser is sent."""
    return len(zlib.compress(data, 9))


def test_the_first_page_is_light(site: HomePage, client: Client) -> None:
    files = [STATIC / "css" / "tokens.css", STATIC / "css" / "app.css", STATIC / "icons.svg", STATIC / "favicon.svg"]
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 2
    page = len(client.get("/").content)
    weight = page + sum(packed(file.read_bytes()) for file in files) + sum(font.stat().st_size for font in fonts)
    assert weight <= FIRST_LOAD


def test_every_font_comes_with_its_licence() -> None:
    licences = "".join(file.read_text() for file in (STATIC / "fonts").glob("*-LICENSE.txt"))
    assert licences.count("SIL OPEN FONT LICENSE Version 1.1") == 2


def test_stylesheets_load_nothing_of_others() -> None:
    for name in ("tokens.css", "app.css"):
        css = (STATIC / "css" / name).read_text()
        assert "@import" not in css
        assert not re.search(r"url\((?!\.\./fonts/)", css)


def brightness(color: str) -> float:
    """Return the relative luminance of WCAG."""
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, 1 to 21."""
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("block", [":root{", ":root[data-theme=dark]{"])
def test_words_can_be_read_on_every_ground(block: str) -> None:
    css = (STATIC / "css" / "tokens.css").read_text()
    colors: dict[str, Any] = dict(TOKEN.findall(css[css.index(block) : css.index("}", css.index(block))]))
    for ground in ("paper", "surface", "sand", "tint"):
        for words in ("ink", "ink-2", "link", "accent"):
            if (words, ground) == ("accent", "tint"):
                continue
            assert contrast(colors[words], colors[ground]) >= 4.5, (words, ground)
    for kind in ("ok", "warn", "bad", "info"):
        assert contrast(colors[kind], colors[f"{kind}-tint"]) >= 4.5, kind
    assert contrast(colors["on-brand"], colors["brand"]) >= 4.5
    assert contrast(colors["line-strong"], colors["surface"]) >= 3
    for focus in ("paper", "surface", "sand"):
        assert contrast(colors["focus"], colors[focus]) >= 3


def test_the_dark_theme_by_device_and_by_choice_are_the_same() -> None:
    css = (STATIC / "css" / "tokens.css").read_text()
    by_device = css[css.index("@media (prefers-color-scheme:dark)") : css.index(":root[data-theme=dark]{")]
    by_choice = css[css.index(":root[data-theme=dark]{") : css.index("/* A+")]
    assert dict(TOKEN.findall(by_device)) == dict(TOKEN.findall(by_choice))

"""The practice's look on its pages: its colors, its logo, its alerts; and Settings, where they are chosen."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from content.branding import Branding
from content.palette import palette
from home.models import HomePage
from journal.models import Entry
from practice.alerts import Alert
from practice.models import Location, Practice
from tests.cast import sign_in
from tests.factories import accounts
from tests.factories.editions import picture
from tests.factories.practice import closed

PREVIEW = "/admin/branding/preview/"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)> {{ 7|add:7 }} &lt;'


def screen(model: str, view: str, *args: object) -> str:
    """Return the address of one screen of the admin."""
    return reverse(f"wagtailsnippets_{model}:{view}", args=args)


def look(hue: int = 260, accent: int = 60, **fields: object) -> Branding:
    """Give the practice its own look."""
    return Branding.objects.create(practice=Practice.objects.get(), hue=hue, accent_hue=accent, **fields)


def test_the_drawn_colors_need_no_file_of_their_own(site: HomePage, client: Client) -> None:
    assert "/brand/" not in client.get("/").content.decode()
    look(hue=187, accent=42)
    assert "/brand/" not in client.get("/").content.decode()


def test_chosen_colors_stand_after_the_tokens_and_may_be_kept_for_ever(site: HomePage, client: Client) -> None:
    branding = look()
    html = client.get("/").content.decode()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    assert sheets == ["/static/css/tokens.css", branding.stylesheet, "/static/css/app.css"]
    answer = client.get(branding.stylesheet)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content.decode() == palette(260, 60).css
    assert not answer.cookies


@pytest.mark.parametrize("digest", ["0" * 16, "x", "-", "a" * 300, palette(1, 200).digest])
def test_colors_of_another_name_are_not_there(site: HomePage, client: Client, digest: str) -> None:
    assert client.get(f"/brand/{digest}.css").status_code == 404
    look()
    assert client.get(f"/brand/{digest}.css").status_code == 404


def test_old_colors_end_when_new_ones_are_chosen(site: HomePage, client: Client) -> None:
    branding = look()
    old = branding.stylesheet
    Branding.objects.update(hue=20)
    assert client.get(old).status_code == 404
    assert client.get(Branding.objects.get().stylesheet).status_code == 200
    assert client.post(branding.stylesheet).status_code == 405


def test_a_look_costs_no_question_more(site: HomePage, client: Client) -> None:

    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as without:
        client.get("/")
    look()
    with CaptureQueriesContext(connection) as with_look:
        client.get("/")
    assert len(with_look) == len(without)


@pytest.mark.parametrize(("hue", "accent"), [(360, 1), (1, 360), (32_000, 1)])
def test_the_database_knows_the_circle(practice: Practice, hue: int, accent: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        look(hue, accent)


def mark(client: Client) -> str:
    """Return the mark at the top of a page."""
    return client.get("/").content.decode().split('class="gw-logo"')[1].split("</a>")[0]


def test_a_logo_takes_the_place_of_the_drawn_mark(
    site: HomePage, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    logo = picture(300, 100)
    look(logo=logo)
    top = mark(client)
    assert "<svg" not in top
    assert re.search(r'<img src="/media/images/[^"]+\.webp" width="300" height="100" alt="">', top)
    assert "Juniper Row" in top
    Branding.objects.update(logo_says_name=True)
    top = mark(client)
    assert 'alt="Juniper Row"' in top
    assert top.count("Juniper Row") == 1
    logo.delete()
    top = mark(client)
    assert "<svg" in top
    assert "Juniper Row" in top


def test_a_holiday_is_said_on_public_pages_and_nowhere_else(
    site: HomePage, client: Client, location: Location, margaret: User
) -> None:
    closed(location, date(2026, 11, 26), "Thanksgiving")
    with time_machine.travel("2026-11-26T18:00:00Z", tick=False):
        for path in ("/", "/contact/", "/services/"):
            html = client.get(path).content.decode()
            assert re.search(
                r'role="status".*Closed today: Thanksgiving\. We open Friday at 8:00 AM\.', html, re.DOTALL
            ), path
        assert "Closed today" not in sign_in(client, margaret).get("/portal/me/").content.decode()
    assert "Closed today" not in Client().get("/").content.decode()


def test_hostile_words_in_an_alert_stay_words(site: HomePage, client: Client) -> None:
    Alert.objects.create(practice=Practice.objects.get(), text=HOSTILE, link="/contact/", link_label=HOSTILE[:60])
    html = client.get("/").content.decode()
    notice = html.split('class="gw-notices"')[1].split("</section>")[0]
    assert "<script" not in notice
    assert "<img" not in notice
    assert "{{ 7|add:7 }}" in notice
    assert notice.count("&lt;script&gt;") == 2


def test_a_page_is_true_until_midnight_of_the_place(site: HomePage, client: Client) -> None:
    with time_machine.travel("2026-11-27T07:59:30Z", tick=False):
        assert client.get("/").wsgi_request.META["goodword.true_for"] == 30
    with time_machine.travel("2026-11-27T08:00:00Z", tick=False):
        assert client.get("/").wsgi_request.META["goodword.true_for"] == 24 * 60 * 60


def test_a_house_that_is_not_set_up_says_nothing(site: HomePage, client: Client) -> None:
    html = client.get("/").content.decode()
    assert "gw-notices" not in html


def test_the_owner_chooses_a_look_and_sees_it_at_once(site: HomePage, client: Client, okafor: User) -> None:
    sign_in(client, okafor)
    to_form = client.get(screen("content_branding", "list"))
    assert to_form.status_code == 302
    assert to_form.headers["Location"] == screen("content_branding", "add")
    form = client.get(to_form.headers["Location"]).content.decode()
    assert "Every word can be read" in form
    assert form.count('data-gw-turns="id_') == 2
    saved = client.post(screen("content_branding", "add"), {"hue": "300", "accent_hue": "90", "logo": ""})
    assert saved.status_code == 302
    branding = Branding.objects.get()
    assert (branding.hue, branding.accent_hue) == (300, 90)
    assert Entry.objects.filter(verb="branding.create", by=f"user:{okafor.ref}").exists()
    assert branding.stylesheet in Client().get("/").content.decode()
    again = client.get(screen("content_branding", "list"))
    assert again.headers["Location"] == screen("content_branding", "edit", branding.pk)
    assert client.get(again.headers["Location"]).status_code == 200


@pytest.mark.parametrize("hue", ["-1", "360", "9999999999", "teal", "", "1.5", "NaN"])
def test_an_absurd_hue_is_refused_in_words(site: HomePage, client: Client, okafor: User, hue: str) -> None:
    sign_in(client, okafor)
    answer = client.post(screen("content_branding", "add"), {"hue": hue, "accent_hue": "42", "logo": ""})
    assert answer.status_code == 200
    assert not Branding.objects.exists()
    assert client.get(PREVIEW, {"hue": hue, "accent_hue": "42"}).status_code == 400


def test_colors_are_drawn_before_they_are_saved(site: HomePage, client: Client, okafor: User) -> None:
    html = sign_in(client, okafor).get(PREVIEW, {"hue": "40", "accent_hue": "42"}).content.decode()
    assert palette(40, 42).light["brand"] in html
    assert palette(40, 42).dark["brand"] in html
    assert "too close to the main color" in html
    assert html.count("<tr>") == 1 + len(palette(40, 42).readings("light"))
    assert "style=" not in html


@pytest.mark.parametrize("who", ["hannah", "rosa", "dana", "margaret"])
def test_nobody_else_chooses_a_look(site: HomePage, request: pytest.FixtureRequest, client: Client, who: str) -> None:
    sign_in(client, request.getfixturevalue(who))
    assert client.get(PREVIEW, {"hue": "1", "accent_hue": "42"}).status_code in {302, 403}
    for path in (screen("content_branding", "list"), screen("content_branding", "add")):
        assert client.get(path).status_code in {302, 403}
    client.post(screen("content_branding", "add"), {"hue": "1", "accent_hue": "42", "logo": ""})
    client.post(screen("practice_alert", "add"), {"text": "Mine", "level": "bad", "starts_at": "2026-11-23 08:00"})
    assert not Branding.objects.exists()
    assert not Alert.objects.exists()


def test_the_owner_writes_an_alert(site: HomePage, client: Client, okafor: User) -> None:
    sign_in(client, okafor)
    fields = {"text": "Our phone is out.", "level": "bad", "starts_at": "2026-11-20 08:00", "ends_at": ""}
    assert client.post(screen("practice_alert", "add"), {**fields, "link": "", "link_label": ""}).status_code == 302
    alert = Alert.objects.get()
    assert alert.practice == Practice.objects.get()
    assert alert.ref.startswith("AL-")
    assert "Our phone is out." in Client().get("/").content.decode()
    assert client.get(screen("practice_alert", "edit", alert.pk)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"link": "javascript:alert(1)"},
        {"ends_at": "2026-11-19 08:00"},
        {"level": "x"},
        {"text": "x" * 201},
    ],
)
def test_an_alert_that_makes_no_sense_is_refused(
    site: HomePage, client: Client, okafor: User, wrong: dict[str, str]
) -> None:
    fields = {"text": "Snow", "level": "info", "starts_at": "2026-11-20 08:00", "ends_at": "", "link": ""} | wrong
    answer = sign_in(client, okafor).post(screen("practice_alert", "add"), {**fields, "link_label": ""})
    assert answer.status_code == 200
    assert not Alert.objects.exists()


def test_without_a_practice_there_is_nothing_to_dress(ground: object, client: Client, db: None) -> None:
    sign_in(client, accounts.person(Role.OWNER))
    assert client.get(screen("content_branding", "add")).status_code == 200
    answer = client.post(screen("content_branding", "add"), {"hue": "1", "accent_hue": "42", "logo": ""})
    assert "Set up the practice first" in answer.content.decode()
    fields = {"text": "Snow", "level": "info", "starts_at": "2026-11-20 08:00", "ends_at": "", "link": ""}
    answer = client.post(screen("practice_alert", "add"), {**fields, "link_label": ""})
    assert "Set up the practice first" in answer.content.decode()

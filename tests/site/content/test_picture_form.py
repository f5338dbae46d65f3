"""The library asks what a picture shows, and pages draw it in the form and size that fits."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from PIL import Image, features

from accounts.models import User
from content import drawing
from content.models import Picture
from content.templatetags.shots import SHAPES, shot
from tests.cast import sign_in
from tests.factories.editions import picture
from tests.factories.pages import root_collection

pytestmark = pytest.mark.django_db
SMALL = {"logo.html"}  # one small size, shown at one width
ADD = "/admin/images/add/"


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def librarian(okafor: User) -> User:
    """Return somebody with every permission: groups come with migrations, which these tests do without."""
    User.objects.filter(pk=okafor.pk).update(is_superuser=True)
    return User.objects.get(pk=okafor.pk)


def upload(client: Client, **fields: str) -> Any:
    """Upload one picture as the library's form does."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 90, 80)).save(file, "PNG")
    sent = SimpleUploadedFile("IMG_2041.png", file.getvalue(), "image/png")
    given = {"title": "Waiting room", "tags": "", "collection": root_collection().pk, "file": sent}
    return client.post(ADD, given | fields)


@pytest.mark.parametrize(
    ("alt", "why"),
    [
        ("", "what the picture shows"),
        ("   ", "what the picture shows"),
        ("IMG_2041", "helps nobody"),
        ("waiting-room.jpg", "helps nobody"),
        ("DSC 00031", "helps nobody"),
        ("Picture of a room", "Leave out"),
        ("a photo of a room", "Leave out"),
    ],
)
def test_words_are_asked_for_and_a_files_name_is_none(client: Client, librarian: User, alt: str, why: str) -> None:
    answer = upload(sign_in(client, librarian), alt=alt)
    assert answer.status_code == 200
    assert why in answer.content.decode()
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("alt_es", "why"),
    [("IMG_2041", "helps nobody"), ("Imagen de una sala", "Leave out"), ("una foto de dos sillas", "Leave out")],
)
def test_spanish_words_are_looked_at_alike(client: Client, librarian: User, alt_es: str, why: str) -> None:
    answer = upload(sign_in(client, librarian), alt="Two green chairs by a window", alt_es=alt_es)
    assert answer.status_code == 200
    assert why in answer.content.decode()
    assert not Picture.objects.exists()


def test_spanish_words_are_asked_for_beside_the_english_ones(client: Client, librarian: User) -> None:
    root_collection()
    form = sign_in(client, librarian).get(ADD).content.decode()
    assert form.index('name="alt"') < form.index('name="alt_es"') < form.index('name="is_decoration"')
    assert "For the Spanish pages. Empty: they show the English words." in form
    assert upload(client, alt="Two green chairs", alt_es="Dos sillas verdes").status_code == 302
    assert Picture.objects.get().alt_es == "Dos sillas verdes"


def test_a_picture_is_described_in_the_language_of_the_page() -> None:
    both = picture(alt="Two green chairs", alt_es="Dos sillas verdes")
    assert 'alt="Two green chairs"' in str(shot(both, "tile"))
    with translation.override("es"):
        html = str(shot(both, "tile"))
        assert 'alt="Dos sillas verdes"' in html
        assert "lang=" not in html


def test_without_spanish_words_the_english_ones_are_marked_as_english() -> None:
    english = picture(alt="Two green chairs")
    assert "lang=" not in str(shot(english, "tile"))
    with translation.override("es"):
        html = str(shot(english, "tile"))
        assert re.search(r'<img [^>]*alt="Two green chairs"[^>]* lang="en"', html)
        for silent in (shot(english, "tile", is_aside="1"), shot(picture(alt="", is_decoration=True), "tile")):
            assert 'alt=""' in str(silent)
            assert "lang=" not in str(silent)


def test_what_is_described_is_kept(client: Client, librarian: User) -> None:
    assert upload(sign_in(client, librarian), alt="Two green chairs by a window").status_code == 302
    assert Picture.objects.get().default_alt_text == "Two green chairs by a window"


def test_decoration_needs_no_words_and_keeps_none(client: Client, librarian: User) -> None:
    sent = upload(sign_in(client, librarian), alt="A line", alt_es="Una línea", is_decoration="on")
    assert sent.status_code == 302
    kept = Picture.objects.get()
    assert (kept.alt, kept.alt_es, kept.default_alt_text) == ("", "", "")


def test_many_at_once_ask_for_words_too(client: Client, librarian: User) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 90, 80)).save(file, "PNG")
    sent = SimpleUploadedFile("many.png", file.getvalue(), "image/png")
    sign_in(client, librarian)
    answer = client.post(
        "/admin/images/multiple/add/",
        {"title": "Many", "collection": root_collection().pk, "files[]": sent},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert answer.status_code == 200
    assert not Picture.objects.exists()
    assert 'name="uploaded-file-' in answer.json()["form"] or "alt" in answer.json()["form"]


def test_the_database_has_the_last_word() -> None:
    kept = picture()
    with pytest.raises(IntegrityError), transaction.atomic():
        Picture.objects.filter(pk=kept.pk).update(alt="")


def test_this_house_can_write_every_format() -> None:
    assert features.check("avif")
    assert features.check("webp")


@pytest.fixture
def ahead() -> Iterator[None]:
    """Draw as the worker does."""
    with drawing.drawing_all():
        yield


@pytest.mark.usefixtures("ahead")
@pytest.mark.parametrize("shape", SHAPES)
def test_a_browser_chooses_form_and_size_and_keeps_room(shape: str) -> None:
    html = str(shot(picture(1600, 1200), shape))
    assert re.findall(r'<source [^>]*type="image/(\w+)"', html) == ["avif", "webp"]
    assert re.search(r'<img [^>]*src="[^"]+\.jpg"', html)
    width, height = (int(re.search(rf'<img [^>]*{name}="(\d+)"', html)[1]) for name in ("width", "height"))
    assert width > 0
    assert height > 0
    assert 'alt="Morning light over green hills"' in html
    assert 'loading="lazy"' in html
    assert len(re.findall(r" \d+w", html)) == 6
    assert "sizes=" in html


def test_the_first_picture_of_a_page_is_asked_for_first() -> None:
    html = str(shot(picture(1600, 1200), "wide", eager="1"))
    assert 'fetchpriority="high"' in html
    assert "lazy" not in html


def test_beside_its_title_a_picture_says_nothing() -> None:
    assert 'alt=""' in str(shot(picture(), "tile", is_aside="1"))
    assert 'alt=""' in str(shot(picture(alt="", is_decoration=True), "tile"))


def test_hostile_words_of_a_picture_stay_words() -> None:
    html = str(shot(picture(alt='"><script>alert(1)</script>'), "tile"))
    assert "<script" not in html


def test_without_a_picture_nothing_is_drawn() -> None:
    assert shot(None, "tile") == ""
    assert render_to_string("components/picture.html", {"picture": None, "shape": "tile"}).strip() == ""


def test_a_small_picture_is_not_blown_up() -> None:
    assert 'width="120"' in str(shot(picture(120, 80), "whole"))


def test_no_template_of_pages_draws_a_picture_by_itself() -> None:
    folder = engines["django"].dirs[0]  # type: ignore[attr-defined]
    own = [
        str(file.relative_to(folder))
        for file in folder.rglob("*.html")
        if "{% image " in file.read_text() and file.name not in SMALL and "wagtailadmin" not in file.parts
    ]
    assert own == []

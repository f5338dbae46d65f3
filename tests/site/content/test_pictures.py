"""Pictures in letters are JPEG, sized, described and small; originals are never served."""

from __future__ import annotations

import pytest

from content import pictures
from content.models import Picture
from tests.factories import editions, pages


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def shot(db):
    return editions.picture(2400, 1600)


def test_a_picture_has_an_absolute_address_a_size_and_words(shot, settings):
    settings.SITE_URL = "https://juniper-row.example"
    found = pictures.for_letter(shot, 600, 310)
    assert found.src.startswith("https://juniper-row.example/media/images/")
    assert found.src.endswith(".jpg")
    assert (found.width, found.height) == (600, 310)
    assert found.alt == "Morning light over green hills"


def test_a_busy_picture_is_made_light_enough(shot):
    pictures.for_letter(shot, 600, 310)
    used = shot.renditions.order_by("-pk").first()
    assert used.file.size <= pictures.MOST_BYTES


def test_a_picture_keeps_its_proportions_where_no_height_is_asked(shot):
    found = pictures.for_letter(shot, 300)
    assert (found.width, found.height) == (300, 200)


def test_a_small_picture_is_not_blown_up(db):
    found = pictures.for_letter(editions.picture(120, 80), 300)
    assert (found.width, found.height) == (120, 80)


def test_decoration_has_no_words(db):
    found = pictures.for_letter(editions.picture(alt="", is_decoration=True), 200)
    assert found.alt == ""


def test_a_drawing_with_holes_gets_a_white_ground(db):
    import io

    from django.core.files.base import ContentFile
    from PIL import Image

    pages.root_collection()
    file = io.BytesIO()
    Image.new("RGBA", (400, 300), (0, 0, 0, 0)).save(file, "PNG")
    drawing = Picture.objects.create(title="Hole", alt="A hole", file=ContentFile(file.getvalue(), "hole.png"))
    pictures.for_letter(drawing, 200)
    with drawing.renditions.get().file.open() as drawn:
        assert Image.open(drawn).convert("RGB").getpixel((10, 10)) == (255, 255, 255)


def test_a_drawn_pictures_file_is_not_hidden(shot):
    assert not pictures.for_letter(shot, 600, 310).src.rpartition("/")[2].startswith(".")


def test_no_picture_is_none():
    assert pictures.for_letter(None, 600) is None


def test_a_drawn_picture_is_served_and_may_be_kept(shot, client):
    src = pictures.for_letter(shot, 300).src
    answer = client.get(src[src.index("/media/") :])
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"


def test_an_original_is_not_served(shot, client):
    assert Picture.objects.get().file.name.startswith("original_images/")
    assert client.get(f"/media/{shot.file.name}").status_code == 404


@pytest.mark.parametrize(
    "name", ["../goodword.sqlite3", "..%2f..%2fkeys%2fsecret_key", "x.html", "x.svg", "x", "a%00.jpg", "..%5cx.jpg", ""]
)
def test_nothing_else_is_served(name, client, db):
    assert client.get(f"/media/images/{name}").status_code == 404
    assert client.post("/media/images/x.jpg").status_code in {403, 405}
